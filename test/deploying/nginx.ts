/**
 * Debian's nginx, as a process of ours with the configuration of the example: on loopback, with all its
 * files in a folder of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { nginx } from '../../scripts/needs.ts'
import { freePort } from '../free-port.ts'

const SITE = new URL('../../examples/deploying/nginx.conf', import.meta.url)

export class Nginx {
  readonly port: number
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #said = ''
  readonly #waiting = new Set<() => void>()

  private constructor(port: number, folder: string) {
    this.port = port
    const args = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'main.conf')]
    this.#child = spawn(nginx(), args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#ended = once(this.#child, 'close')
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
      for (const wake of this.#waiting) wake()
      this.#waiting.clear()
    })
  }

  /**
   * Starts it in front of `upstream`, such as "127.0.0.1:9292", with lines of the example replaced by
   * others. It ends with the test.
   */
  static async start(upstream: string, others: Readonly<Record<string, string>> = {}): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-nginx-'))
    const port = await freePort()
    const place = {
      'server 127.0.0.1:9292;': `server ${upstream};`,
      'listen 8080;': `listen 127.0.0.1:${port};`,
    }
    let site = readFileSync(SITE, 'utf8')
    for (const [line, other] of Object.entries({ ...place, ...others })) {
      if (site.split(line).length !== 2) throw new Error(`The example has no line ${line}, or several`)
      site = site.replace(line, () => other)
    }
    writeFileSync(join(folder, 'main.conf'), mainConf(folder))
    writeFileSync(join(folder, 'site.conf'), site)
    const started = new Nginx(port, folder)
    onTestFinished(async () => {
      started.#child.kill('SIGTERM') // at once, its workers too; killed it would leave them behind
      await started.#ended
      rmSync(folder, { recursive: true, force: true })
    })
    await started.says(/start worker process /)
    return started
  }

  /** Takes its configuration anew: old workers finish what they have, new ones take what comes. */
  async reload(): Promise<void> {
    const before = this.#said.length
    this.#child.kill('SIGHUP')
    await this.says(
      /gracefully shutting down[^]*start worker process |start worker process [^]*gracefully shutting down/,
      before,
    )
  }

  async says(pattern: RegExp, from = 0): Promise<void> {
    while (!pattern.test(this.#said.slice(from))) {
      if (this.#child.exitCode !== null) throw new Error(`nginx ended: ${this.#said}`)
      await Promise.race([this.#ended, new Promise<void>((resolve) => this.#waiting.add(resolve))])
    }
  }
}

function mainConf(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 2;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  include ${folder}/site.conf;
}
`
}
