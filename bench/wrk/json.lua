-- A POST of 1 KiB of JSON: a letter of nine members, most of it text.
dofile('report.lua')

wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/json'
local front = '{"to":["anna","ben"],"from":"chiyo","place":"Kyoto","stars":4.5,"public":true,"replyTo":null,'
  .. '"tags":["autumn","temple"],"at":{"lat":35.0116,"lon":135.7681},"text":"'
local words = string.rep('The maples at the temple have turned, and the tea was hot. ', 20)
wrk.body = front .. words:sub(1, 1024 - #front - 2) .. '"}'
