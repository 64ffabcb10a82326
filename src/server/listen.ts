/**
 * Binding a port, with errors that say what to do.
 *
 * @module
 */
import type { AddressInfo, Server } from 'node:net'
import { Fault } from '../fault.ts'

/** Listens and gives the port. Fault: setup_faulty. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => reject(setupFault(error, port, host))
    // Node would listen on every address.
    if (host === '') return refused(Object.assign(new Error('no host'), { code: 'EADDRNOTAVAIL' }))
    server.once('error', refused)
    try {
      server.listen({ port, host }, () => {
        server.off('error', refused)
        resolve((server.address() as AddressInfo).port)
      })
    } catch (error) {
      refused(error as NodeJS.ErrnoException)
    }
  })
}

function setupFault(error: NodeJS.ErrnoException, port: number, host: string): Fault {
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
