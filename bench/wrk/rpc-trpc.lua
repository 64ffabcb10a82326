-- The call of the row rpc.
dofile('report.lua')
dofile('call.lua')

typed_call('/add', NOTE, '*/*')
