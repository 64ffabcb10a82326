/** Links over byte streams and over ports: `spec/frames.md`, "Framing" and "Errors". */
import { PassThrough } from 'node:stream'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { encodeFrame } from '../wire/frames/codec.ts'
import { DATA, END, type Frame, frame, MAX_DATA } from '../wire/frames/frame.ts'
import { byteLink, type LinkOwner, portLink } from './link.ts'

const sound = frame(DATA, 7, new Uint8Array([1, 2, 3]))

test('frames go over a byte stream and back', async () => {
  const { owner, link, readable, written } = streams()
  link.send(sound)
  link.send(frame(END, 7))
  readable.write(encodeFrame(sound))
  await turn()
  expect(Buffer.concat(written)).toEqual(Buffer.concat([encodeFrame(sound), encodeFrame(frame(END, 7))]))
  expect(owner.frames).toEqual([sound])
})

test('a byte stream that ends within a frame says so, and between two just ends', async () => {
  for (const [octets, reason] of [
    [encodeFrame(sound).subarray(0, 5), 'the link ended within a frame'],
    [encodeFrame(sound), 'the link ended'],
  ] as const) {
    const { owner, readable } = streams()
    readable.end(octets)
    await turn()
    await turn()
    expect(owner.endings).toEqual([reason])
  }
})

test('a link ends once, with its first reason, and nothing is sent or heard after it', async () => {
  const { owner, link, readable, writable, written } = streams()
  readable.write(encodeFrame(sound))
  await turn()
  link.end('enough')
  link.end('again')
  link.send(sound)
  readable.push(encodeFrame(sound))
  writable.destroy(new Error('late'))
  await turn()
  expect([owner.endings, owner.frames, written]).toEqual([['enough'], [sound], []])
})

test('an error of either stream is the end, and never thrown', async () => {
  for (const broken of ['readable', 'writable'] as const) {
    const all = streams()
    all[broken].destroy(new Error('EPIPE'))
    await turn()
    expect(all.owner.endings, broken).toEqual(['EPIPE'])
  }
})

test('a faulty frame ends the link behind the frames before it', async () => {
  const { owner, readable } = streams()
  readable.write(Buffer.concat([encodeFrame(sound), Buffer.from([0, 0, 0, 1]), encodeFrame(sound)]))
  await turn()
  expect(owner.frames).toEqual([sound])
  expect(owner.endings).toEqual(['Link closed: a frame of 1 octets'])
})

test('no frame is told to an owner that ended the link at the one before', async () => {
  const { owner, link, readable } = streams()
  owner.onFrame = () => link.end('enough')
  readable.write(Buffer.concat([encodeFrame(sound), encodeFrame(sound)]))
  await turn()
  expect([owner.frames.length, owner.endings]).toEqual([1, ['enough']])
})

test('frames go over a port, and nothing of the buffer behind a payload goes with it', async () => {
  const { near, far } = ports()
  const large = new Uint8Array(10 * MAX_DATA).fill(9)
  const views = [large.subarray(5, 8), Buffer.from('abc'), new Uint8Array(new SharedArrayBuffer(3))]
  for (const payload of views) near.link.send(frame(DATA, 7, payload))
  await told(() => far.owner.frames.length === 3)
  for (const [at, { payload }] of far.owner.frames.entries()) {
    expect([...payload]).toEqual([...views[at]!])
    expect(payload.buffer).toBeInstanceOf(ArrayBuffer)
    expect(payload.buffer.byteLength).toBe(views.length * (9 + 3)) // the frames of one message, each with its front
  }
  expect(large).toHaveLength(10 * MAX_DATA) // it was not taken away either
})

test('the end of a port link is told to the other side', async () => {
  const { near, far } = ports()
  near.link.end('enough')
  await told(() => far.owner.endings.length > 0)
  expect([near.owner.endings, far.owner.endings]).toEqual([['enough'], ['the other side ended the link']])
})

test('a port that closes is the end of its link', async () => {
  const { near, far, port } = ports()
  port.close()
  await told(() => near.owner.endings.length + far.owner.endings.length === 2)
  expect(near.owner.endings).toEqual(['the link was closed'])
})

test('a message that is no frames ends the link', async () => {
  const whole = encodeFrame({ type: DATA, call: 1, payload: new Uint8Array(1) })
  const changed = (at: number, octet: number): Uint8Array => whole.slice().fill(octet, at, at + 1)
  const wrong: unknown[] = [
    undefined,
    'hello',
    {},
    [...whole],
    whole.buffer,
    whole.subarray(0, -1).slice(), // cut
    changed(4, 0), // no type
    changed(4, 15),
    changed(0, 255), // a length beyond any frame
    encodeFrame({ type: DATA, call: 1, payload: new Uint8Array(0) }),
    encodeFrame({ type: DATA, call: 1, payload: new Uint8Array(MAX_DATA + 1) }),
  ]
  for (const message of wrong) {
    const { near, port } = ports()
    port.postMessage(message)
    await told(() => near.owner.endings.length > 0)
    expect(near.owner.endings[0], String(message)).toContain('Link closed: ')
    expect(near.owner.frames).toEqual([])
  }
})

test('frames of one turn are one message, and large ones are handed over', async () => {
  const { near, far, port } = ports()
  let messages = 0
  port.on('message', () => messages++)
  const small = (call: number): Frame => ({ type: DATA, call, payload: new Uint8Array(10).fill(call) })
  const large: Frame = { type: DATA, call: 9, payload: new Uint8Array(MAX_DATA).fill(9) }
  for (const frame of [small(1), small(2), large, small(3)]) near.link.send(frame)
  await told(() => far.owner.frames.length === 4)
  expect(far.owner.frames).toEqual([small(1), small(2), large, small(3)])
  expect(messages).toBe(3)
  expect(large.payload.byteLength).toBe(MAX_DATA) // that of the app stays
})

class Owner implements LinkOwner {
  readonly frames: Frame[] = []
  readonly endings: string[] = []
  onFrame: () => void = () => {}

  frame(one: Frame): void {
    this.frames.push(one)
    this.onFrame()
  }

  ended(reason: string): void {
    this.endings.push(reason)
  }
}

function streams() {
  const [readable, writable, owner] = [new PassThrough(), new PassThrough(), new Owner()]
  const written: Buffer[] = []
  writable.on('data', (octets: Buffer) => written.push(octets))
  return { readable, writable, owner, written, link: byteLink(readable, writable, owner) }
}

function ports() {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  const side = (port: MessagePort) => {
    const owner = new Owner()
    return { owner, link: portLink(port, owner) }
  }
  return { near: side(port1), far: side(port2), port: port2 }
}

async function told(isTold: () => boolean): Promise<void> {
  while (!isTold()) await turn()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
