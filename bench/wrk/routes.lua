-- One of 300 routes, with two parameters.
dofile('report.lua')

wrk.path = '/r150/kyoto/cards/7'
