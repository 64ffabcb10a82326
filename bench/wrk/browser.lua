-- A browser's head, the same on each request.
dofile('report.lua')
dofile('head.lua')

function init()
  local head = browser_head()
  wrk.format = function() return head end
end
