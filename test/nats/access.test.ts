/** Who gateways and workers are on NATS, and how the connection is kept from others: TLS, certificates, creds. */
import { nkeys } from '@nats-io/transport-node'
import { bodyText, silentLog } from 'hagaki'
import { work } from 'hagaki/work'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import far from '../roads/far.ts'
import { selfSigned } from '../server/certificate.ts'
import { gateway, get, started, worked } from './road.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // who is not let in is logged
})

const USER = { context: { user: 'anna' } }

test('TLS with certificates on both sides: who shows one is believed, who shows none is not let in', async () => {
  const [theirs, ours] = [selfSigned(), selfSigned()]
  const config = 'tls { cert_file: "s.pem", key_file: "s.key", ca_file: "c.pem", verify: true }\n'
  const files = { 's.pem': theirs.cert, 's.key': theirs.key, 'c.pem': ours.cert }
  const { port } = await started(config, files)
  const url = `tls://localhost:${port}`
  const tls = { ca: theirs.cert, ...ours }
  const place = new Place(onTestFinished, { 'w.pem': ours.cert, 'w.key': ours.key, 'ca.pem': theirs.cert })
  const certificates = ['--tls-cert', 'w.pem', '--tls-key', 'w.key', '--tls-ca', 'ca.pem']
  const module = new URL('../roads/far.ts', import.meta.url).href
  const command = Command.start(place, ['work', module, '--over', url, '--name', 'notes', ...certificates])
  await command.says(/on tls:\S+ as notes \(development\)/)
  const { app } = await gateway(url, { tls })
  expect(bodyText(await get(app, '/user', USER))).toBe('anna')
  for (const other of [{ ca: theirs.cert }, ours]) {
    const { app: stranger } = await gateway(url, { tls: other, connectTimeout: '500ms' })
    expect((await get(stranger, '/', { timeoutMs: 500 })).status).toBe(503)
  }
})

test('creds, as nsc writes them: a JWT and its seed', async () => {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()]
  const limits = {
    subs: -1,
    data: -1,
    payload: -1,
    imports: -1,
    exports: -1,
    wildcards: true,
    conn: -1,
    leaf: -1,
  }
  const accountKey = account.getPublicKey()
  const config = [
    `operator: ${token(operator, operator, { type: 'operator' })}`,
    'resolver: MEMORY',
    `resolver_preload: { ${accountKey}: ${token(operator, account, { type: 'account', limits })} }`,
  ]
  const jwt = token(account, user, { type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 })
  const creds = `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${new TextDecoder().decode(user.getSeed())}
------END USER NKEY SEED------
`
  const { url } = await started(`${config.join('\n')}\n`)
  await worked(url, far, { access: { creds } })
  const { app } = await gateway(url, { creds: new TextEncoder().encode(creds) })
  expect(bodyText(await get(app, '/user', USER))).toBe('anna')
  await expect(work(far, { over: url, name: 'notes', log: silentLog })).rejects.toMatchObject({
    code: 'setup_faulty',
  })
})

type Key = ReturnType<typeof nkeys.createUser>

/** A JWT of NATS: what `issuer` says of `subject`. */
function token(issuer: Key, subject: Key, nats: object): string {
  const claims = {
    jti: 'A'.repeat(52),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats: { ...nats, version: 2 },
  }
  const [head, body] = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const said = `${head}.${body}`
  return `${said}.${Buffer.from(issuer.sign(Buffer.from(said))).toString('base64url')}`
}
