-- The smallest head: a request line and host.
dofile('report.lua')
