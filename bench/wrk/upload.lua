-- A POST of 1 MiB.
dofile('report.lua')

wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/octet-stream'
wrk.body = string.rep('h', 1048576)
