/** `hagaki work`: a worker program on sockets. Its own road is in test/roads/socket.test.ts. */
import { join } from 'node:path'
import { bodyText, closeApp, perform, remote, request } from 'hagaki'
import { socket } from 'hagaki/socket'
import { describe, expect, test } from 'vitest'
import { selfSigned } from '../server/certificate.ts'
import { Command, hagaki, Place } from './command.ts'

const APP = `
import { service, text, verbs } from 'hagaki'
const { creates } = verbs({})
const add = creates('/notes', {}, () => {})
const slow = (method, path) => {
  console.log('slow')
  return new Promise((resolve) => setTimeout(() => resolve(text(path)), 300))
}
export default service({ add, '/slow': slow })
`

describe.concurrent('hagaki work', () => {
  test('answers calls by path and by name on a unix socket, and lets what is under way finish at TERM', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.mjs': APP })
    const command = Command.start(place, ['work', 'app.mjs', '--listen', 'unix:app.sock'])
    await command.says(/app\.mjs on unix:\S+app\.sock \(development\)\n/)
    const link = socket(`unix:${join(place.folder, 'app.sock')}`)
    const app = remote(link)
    onTestFinished(() => closeApp(app))
    expect(await link.invoke('add')).toBe(undefined)
    const slow = perform(app, request('GET', '/slow/a'))
    await command.says(/slow\n/)
    command.signal('SIGTERM')
    expect(bodyText(await slow)).toBe('/a')
    expect((await command.ended()).status).toBe(0)
  })

  test('speaks TLS with those whose certificates it knows', async ({ onTestFinished }) => {
    const [worker, gateway] = [selfSigned(), selfSigned()]
    const files = { 'app.mjs': APP, 'w.pem': worker.cert, 'w.key': worker.key, 'g.pem': gateway.cert }
    const place = new Place(onTestFinished, files)
    const tls = ['--tls-cert', 'w.pem', '--tls-key', 'w.key', '--tls-ca', 'g.pem']
    const command = Command.start(place, ['work', 'app.mjs', '--listen', 'tcp://127.0.0.1:0', ...tls])
    const [, at] = await command.says(/on (tcp:\S+) \(development\)\n/)
    const app = remote(socket(at!, { tls: { ca: worker.cert, ...gateway } }))
    onTestFinished(() => closeApp(app))
    expect((await perform(app, request('POST', '/notes'))).status).toBe(204)
  })

  test('says what is wrong with its address, and how to write one', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.mjs': APP })
    const ended = await hagaki(place, ['work', 'app.mjs', '--listen', 'app.sock'])
    expect([ended.status, ended.stderr]).toEqual([
      1,
      expect.stringContaining('"app.sock" is no address. Write "unix:/run/notes.sock"'),
    ])
  })
})
