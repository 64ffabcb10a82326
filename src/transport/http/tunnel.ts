/**
 * Two connections as one: what comes from either goes to the other, until both have ended. Contract
 * clause 24.
 *
 * @module
 */

import type { Socket } from 'node:net'
import { Duplex as NodeDuplex } from 'node:stream'
import type { Aborts } from '../../call/aborts.ts'
import type { Duplex } from '../../contract.ts'

/**
 * Resolves when both are closed. An end is passed on as an end, so that the other direction goes on; a
 * connection that breaks takes the other with it.
 *
 *   early   octets that the far side sent behind its head
 *   aborts  ends both, for nobody can tell them in their own protocol
 */
export async function tunnel(near: Duplex, far: Socket, early: Uint8Array, aborts: Aborts): Promise<void> {
  if (far.destroyed || aborts.aborted) {
    far.destroy()
    near.destroy()
    return
  }
  const forget = aborts.onAbort(() => {
    far.destroy()
    near.destroy()
  })
  if (early.byteLength > 0) near.write(early)
  try {
    await (near instanceof NodeDuplex ? piped(near, far) : pumped(near, far))
  } finally {
    forget()
  }
}

function piped(near: NodeDuplex, far: Socket): Promise<void> {
  return new Promise((resolve) => {
    let open = 2
    const closed = (one: NodeDuplex, other: NodeDuplex): void => {
      // What it has sent to its end may still be on its way to the other.
      if (one.readableEnded && one.errored === null) finish(other)
      else other.destroy()
      if (--open === 0) resolve()
    }
    near.on('error', () => {}).once('close', () => closed(near, far))
    far.on('error', () => {}).once('close', () => closed(far, near))
    if (near.destroyed) far.destroy()
    near.pipe(far)
    if (far.readableEnded) near.end()
    else far.pipe(near)
  })
}

// Nobody reads what would still come.
function finish(one: NodeDuplex): void {
  if (one.writableFinished) one.destroy()
  else {
    one.once('finish', () => one.destroy())
    one.end()
  }
}

/** By what the contract promises alone. */
async function pumped(near: Duplex, far: Socket): Promise<void> {
  const [nearTakes, farTakes] = [drainOf(near), drainOf(far)]
  near.once('close', () => void far.destroy())
  far.on('error', () => near.destroy())
  const back = (async () => {
    try {
      for await (const octets of far.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>)
        if (!near.write(octets)) await nearTakes()
      near.end()
    } catch {
      near.destroy()
    }
  })()
  for await (const octets of near) {
    if (far.destroyed) break
    if (!far.write(octets)) await farTakes()
  }
  far.end()
  await back
}

/** Waits until one takes more, or is closed and never will. */
function drainOf(one: Pick<Duplex, 'once'>): () => Promise<void> {
  let isClosed = false
  let wake = (): void => {}
  one.once('close', () => {
    isClosed = true
    wake()
  })
  return () =>
    new Promise((resolve) => {
      if (isClosed) return resolve()
      wake = resolve
      one.once('drain', resolve)
    })
}
