-- Sixteen requests at a time.
dofile('report.lua')

function init()
  local batch = string.rep(wrk.format(), 16)
  wrk.format = function() return batch end
end
