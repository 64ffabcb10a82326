/**
 * The Reading Room: readers in TypeScript, a catalogue by Flask, a lending desk by Sinatra, fees by handlers in
 * Python, hours by handlers in Ruby, behind one gateway with one login.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { type App, mount, remote, use } from 'hagaki'
import { session } from 'hagaki/middleware'
import { python as inPython } from 'hagaki/python'
import { rack } from 'hagaki/rack'
import { ruby as inRuby } from 'hagaki/ruby'
import { wsgi } from 'hagaki/wsgi'
import { introduce } from './readers/introduce.ts'
import { Reader, reader } from './readers/reader.ts'
import { readers } from './readers/readers.ts'

const beside = (path: string): URL => new URL(path, import.meta.url)

/** The interpreters that have Flask and Sinatra, where `python3` and `ruby` are not the ones. */
const { ROOM_PYTHON: python, ROOM_RUBY: ruby, ROOM_SECRET } = process.env

const catalogue: App = wsgi('catalogue:app', { cwd: beside('./catalogue/'), ...(python && { python }) })
// The desk remembers in its memory who has what: so it is one process.
const desk: App = rack('config.ru', { cwd: beside('./desk/'), processes: 1, ...(ruby && { ruby }) })

const fees: App = remote(inPython('fees', { cwd: beside('./fees/'), ...(python && { python }) }))
const hours: App = remote(inRuby('hours.rb', { cwd: beside('./hours/'), ...(ruby && { ruby }) }))

const room: App = mount({
  '/readers': readers,
  '/catalogue': use(catalogue, introduce),
  '/desk': use(desk, introduce),
  '/fees': use(fees, introduce),
  '/hours': use(hours, introduce),
})

const visits = session({
  name: reader.name,
  carry: Reader.nullable(),
  secrets: [ROOM_SECRET ?? randomBytes(32).toString('base64')], // without one, logins end with the process
})

export default use(room, visits)
