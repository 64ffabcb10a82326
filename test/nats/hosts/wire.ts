/**
 * A wire to a server on this machine: a port that leads to its port, until it is cut.
 *
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class Wire {
  readonly port: number
  readonly #server: Server
  readonly #ends = new Set<Socket>()
  /** Connections that were begun while it is cut: they lead nowhere until it is healed. */
  readonly #begun = new Set<Socket>()
  #isCut = false

  private constructor(server: Server, to: number) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => {
      this.#hold(near)
      if (this.#isCut) this.#begun.add(near)
      else this.#join(near, to)
    })
    this.#lead = (near) => this.#join(near, to)
  }

  readonly #lead: (near: Socket) => void

  static async to(port: number): Promise<Wire> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Wire(server, port)
  }

  /** From now on nothing passes, and both ends keep their connections. */
  cut(): void {
    this.#isCut = true
    for (const one of this.#ends) one.pause()
  }

  /** What was held back goes on. */
  heal(): void {
    this.#isCut = false
    for (const one of this.#ends) one.resume()
    for (const near of this.#begun) this.#lead(near)
    this.#begun.clear()
  }

  end(): void {
    this.#server.close()
    for (const one of this.#ends) one.destroy()
  }

  #join(near: Socket, to: number): void {
    const far = connect(to, '127.0.0.1')
    this.#hold(far)
    pass(near, far)
    pass(far, near)
    near.resume()
  }

  #hold(one: Socket): void {
    this.#ends.add(one)
    one.on('error', () => {})
    one.on('close', () => this.#ends.delete(one))
  }
}

function pass(from: Socket, to: Socket): void {
  from.on('data', (bytes) => void to.write(bytes))
  from.on('close', () => to.destroy())
}
