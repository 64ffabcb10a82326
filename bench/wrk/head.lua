-- What Chrome sends for a page: ten fields, some 580 octets. `extra` is more field lines.
function browser_head(extra)
  return table.concat({
    'GET / HTTP/1.1',
    'Host: ' .. wrk.host .. ':' .. wrk.port,
    'Connection: keep-alive',
    'sec-ch-ua: "Chromium";v="156", "Google Chrome";v="156", "Not.A/Brand";v="24"',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: navigate',
    'Referer: http://' .. wrk.host .. ':' .. wrk.port .. '/cards/2026/autumn?from=kyoto&lang=ja',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-GB,en;q=0.9,ja;q=0.8',
  }, '\r\n') .. '\r\n' .. (extra or '') .. '\r\n'
end
