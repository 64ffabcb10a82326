-- A file of 64 KiB.
dofile('report.lua')

wrk.path = '/card.bin'
