-- What a typed client on Node's fetch sends: the fields that fetch adds, and `body` as JSON.
function typed_call(path, body, accept)
  wrk.method = 'POST'
  wrk.path = path
  wrk.headers['Connection'] = 'keep-alive'
  wrk.headers['accept'] = accept
  wrk.headers['content-type'] = 'application/json'
  wrk.headers['accept-language'] = '*'
  wrk.headers['sec-fetch-mode'] = 'cors'
  wrk.headers['user-agent'] = 'node'
  wrk.headers['accept-encoding'] = 'gzip, deflate'
  wrk.body = body
end

NOTE = '{"text":"Greetings from Kyoto: the maples have turned","to":["anna","ben"],"stars":4.5}'
