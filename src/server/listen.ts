/**
 * Binding a port, with errors that say what to do.
 *
 * @module
 */
import { existsSync, lstatSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, type Server } from 'node:net'
import { dirname } from 'node:path'
import { Fault } from '../fault.ts'

/** A TCP address, or the path of a unix socket. */
export type Address = { readonly port: number; readonly host: string } | { readonly path: string }

/** Octets of a path that a socket can have. Older Nodes cut off what is longer, and listen elsewhere. */
const LONGEST = process.platform === 'linux' ? 107 : 103

/** Listens and gives the port, 0 on a unix socket. Fault: setup_faulty. */
export async function listen(server: Server, address: Address): Promise<number> {
  if ('path' in address && Buffer.byteLength(address.path) > LONGEST) {
    throw unixFault(
      Object.assign(new Error('too long'), { code: 'ENAMETOOLONG', syscall: 'listen' }),
      address.path,
    )
  }
  try {
    return await bind(server, address)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!('path' in address)) throw setupFault(error as NodeJS.ErrnoException, address)
    if (code !== 'EADDRINUSE' || !isSocket(address.path) || (await answers(address.path))) {
      throw unixFault(error as Error, address.path)
    }
    rmSync(address.path, { force: true }) // left behind by a process that was killed
    return await bind(server, address).catch((again: Error) => {
      throw unixFault(again, address.path)
    })
  }
}

function bind(server: Server, address: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    // Node would listen on every address.
    if ('host' in address && address.host === '') {
      return reject(Object.assign(new Error('no host'), { code: 'EADDRNOTAVAIL', syscall: 'listen' }))
    }
    server.once('error', reject)
    try {
      server.listen({ ...address }, () => {
        server.off('error', reject)
        const bound = server.address() as AddressInfo | string
        resolve(typeof bound === 'string' ? 0 : bound.port)
      })
    } catch (error) {
      server.off('error', reject)
      reject(error as Error)
    }
  })
}

// Nobody answers at a file either, and it is somebody's.
function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true
}

/** True when somebody listens on a unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'))
  })
}

function unixFault(error: NodeJS.ErrnoException, path: string): Fault {
  const what = `Cannot listen on ${path}`
  const [reason, fix] = explainPath(error, path)
  return new Fault('setup_faulty', { what, reason, fix }, error)
}

const FOLDERLESS: [reason: string, fix: string] = ['its folder is not there', 'Make the folder first']

function explainPath(error: NodeJS.ErrnoException, path: string): [reason: string, fix: string] {
  switch (error.code) {
    case 'EADDRINUSE':
      return ['another program listens there, or it is no socket', 'Stop it, or take another path']
    case 'EACCES':
      if (!existsSync(dirname(path))) return FOLDERLESS // which Node tells as this
      return ['this user may not', 'Take a path in a folder that this user may write to']
    case 'EINVAL':
    case 'ENAMETOOLONG':
      return ['the path is too long', `Take one of at most ${LONGEST} octets`]
    case 'ENOENT':
    case 'ENOTDIR':
      return FOLDERLESS
    default:
      return [error.message, 'Look at the path']
  }
}

function setupFault(error: NodeJS.ErrnoException, { port, host }: { port: number; host: string }): Fault {
  const what = `Cannot listen on ${host}:${port}`
  const [reason, fix] = explain(error, port)
  return new Fault('setup_faulty', { what, reason, fix }, error)
}

function explain(error: NodeJS.ErrnoException, port: number): [reason: string, fix: string] {
  switch (error.code) {
    case 'EADDRINUSE':
      return [
        'another program listens there',
        `Stop it, or take another port: ${port + 1}, or 0 for any free one`,
      ]
    case 'EACCES':
      return ['this user may not', 'Ports below 1024 need privileges: take a higher one']
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': // a name that no resolver could be asked about
      return [
        'this machine has no such address',
        'Use 127.0.0.1 for this machine alone, 0.0.0.0 or :: for every address',
      ]
    case 'ERR_SOCKET_BAD_PORT':
      return ['that is no port', 'Ports are 0 to 65535']
    default:
      return [error.message, 'Look at host and port']
  }
}
