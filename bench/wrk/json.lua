-- A POST of 1 KiB of JSON.
dofile('report.lua')

wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/json'
local cards = {}
for n = 1, 12 do cards[n] = string.format('{"id":%d,"text":"Greetings from place number %d","read":true,"stars":%d.5}', 1000 + n, n, n % 5) end
local json = '{"cards":[' .. table.concat(cards, ',') .. '],"note":"'
wrk.body = json .. string.rep('x', 1024 - #json - 2) .. '"}'
