/**
 * What the tests and the example need beyond npm: a Python that can import Flask and Django, a Ruby that can
 * load Sinatra, a Chromium, nginx, a NATS server, and Perl.
 *
 *   HAGAKI_PYTHON, HAGAKI_RUBY, HAGAKI_CHROMIUM, HAGAKI_NGINX,   paths to use; otherwise they are
 *   HAGAKI_NATS, HAGAKI_PERL                                     searched for
 *   CHROMIUM_PATH                                                a path looked at first in the search
 *
 * Whatever is missing throws, with the sentence of what to do: a missing service is never a skip.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Path of a Python 3 that imports Flask and Django. Throws Error when there is none. */
export function python(): string {
  return process.env['HAGAKI_PYTHON'] || found(PYTHON)
}

/** Path of a Ruby that loads Rack, Sinatra and Minitest. Throws Error when there is none. */
export function ruby(): string {
  return process.env['HAGAKI_RUBY'] || found(RUBY)
}

/** Path of a Chromium or Chrome. Throws Error when there is none. */
export function chromium(): string {
  return process.env['HAGAKI_CHROMIUM'] || found(CHROMIUM)
}

/** Path of nginx. Throws Error when there is none. */
export function nginx(): string {
  return process.env['HAGAKI_NGINX'] || found(NGINX)
}

/** Path of a NATS server. Throws Error when there is none. */
export function natsServer(): string {
  return process.env['HAGAKI_NATS'] || found(NATS)
}

/** Path of Perl 5. Throws Error when there is none. */
export function perl(): string {
  return process.env['HAGAKI_PERL'] || found(PERL)
}

/** One thing that tests need and npm does not bring. */
export interface Need {
  readonly what: string
  readonly why: string
  /** The environment variable that hands its path to the tests. */
  readonly variable: string
  /** Packages of Debian and Ubuntu. */
  readonly apt: readonly string[]
  /** What to type or do, by `process.platform`. */
  readonly advice: Readonly<Partial<Record<NodeJS.Platform, string>>>
  /** Gives its path, or null. */
  readonly search: () => string | null
}

export const PYTHON: Need = {
  what: 'a Python 3 that can import Flask and Django',
  why: 'apps of both are part of the examples and of the tests',
  variable: 'HAGAKI_PYTHON',
  apt: ['python3-flask', 'python3-django'],
  advice: {
    darwin: 'brew install python && python3 -m pip install --user --break-system-packages flask django',
    linux:
      'sudo apt-get install python3-flask python3-django (or: python3 -m pip install --user flask django)',
    win32: 'winget install Python.Python.3.13, then py -m pip install flask django',
  },
  search: searchPython,
}

export const RUBY: Need = {
  what: 'a Ruby that can load Sinatra',
  why: 'a Sinatra app is part of the tests',
  variable: 'HAGAKI_RUBY',
  apt: ['ruby', 'ruby-rack', 'ruby-sinatra', 'ruby-minitest'],
  advice: {
    darwin: 'brew install ruby && gem install sinatra rackup minitest',
    linux:
      'sudo apt-get install ruby ruby-rack ruby-sinatra ruby-minitest (or: gem install sinatra minitest)',
    win32: 'winget install RubyInstallerTeam.Ruby.3.4, then gem install sinatra minitest',
  },
  search: searchRuby,
}

const CHROMIUM: Need = {
  what: 'Chromium or Chrome',
  why: 'the tests open pages in a real browser',
  variable: 'HAGAKI_CHROMIUM',
  apt: ['chromium'],
  advice: {
    darwin: 'brew install --cask chromium',
    linux: 'sudo apt-get install chromium (Ubuntu: sudo snap install chromium)',
    win32: 'winget install Google.Chrome',
  },
  search: searchChromium,
}

const NGINX: Need = {
  what: 'nginx',
  why: 'the tests serve the example of a deployment behind it',
  variable: 'HAGAKI_NGINX',
  apt: ['nginx'],
  advice: {
    darwin: 'brew install nginx',
    linux: 'sudo apt-get install nginx',
    win32: 'winget install nginxinc.nginx',
  },
  search: searchNginx,
}

const NATS: Need = {
  what: 'a NATS server',
  why: 'the tests call workers over it',
  variable: 'HAGAKI_NATS',
  apt: ['nats-server'],
  advice: {
    darwin: 'brew install nats-server',
    linux: 'sudo apt-get install nats-server',
    win32: 'winget install NATSAuthors.NATSServer',
  },
  search: searchNats,
}

const PERL: Need = {
  what: 'Perl 5',
  why: 'a worker that knows nothing of ours is written in it, and starts within milliseconds',
  variable: 'HAGAKI_PERL',
  apt: ['perl'],
  advice: {
    darwin: 'brew install perl',
    linux: 'sudo apt-get install perl',
    win32: 'winget install StrawberryPerl.StrawberryPerl',
  },
  search: searchPerl,
}

export const NEEDS: readonly Need[] = [PYTHON, RUBY, CHROMIUM, NGINX, NATS, PERL]

/** What to do when `need` is missing, in one sentence for this platform. */
export function advice(need: Need): string {
  const how = need.advice[process.platform] ?? need.advice.linux!
  return `Missing: ${need.what} (${need.why}). Install it: ${how}. Or set ${need.variable} to its path.`
}

/** Paths by variable. Looking for one runs programs, and nothing else of this process meanwhile. */
const known = new Map<string, string>()

function found(need: Need): string {
  const path = known.get(need.variable) ?? need.search()
  if (path === null) throw new Error(advice(need))
  known.set(need.variable, path)
  return path
}

function searchPython(): string | null {
  // Debian's own first: a Python before it on PATH may be anybody's.
  for (const name of [
    '/usr/bin/python3',
    'python3',
    join('.venv', 'bin', 'python'),
    join('.venv', 'Scripts', 'python'),
    'python',
  ]) {
    // The interpreter's own path: `python3` may be a script that starts another one each time.
    const run = output(name, [
      '-c',
      'import sys, flask, django; assert sys.version_info[0] == 3; print(sys.executable)',
    ])
    if (run !== null && run !== '') return run
  }
  return null
}

function searchRuby(): string | null {
  for (const name of ['/usr/bin/ruby', 'ruby']) {
    // The interpreter's own path: `ruby` may be a script that chooses one each time.
    const run = output(name, [
      '-e',
      'require "rack"; require "sinatra/base"; require "minitest"; print RbConfig.ruby',
    ])
    if (run !== null && run !== '') return run
  }
  return null
}

function searchChromium(): string | null {
  if (process.platform === 'win32') return chromeOnWindows()
  const names = [
    process.env['CHROMIUM_PATH'] ?? '',
    '/usr/bin/chromium',
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  // Run, not only looked for: Ubuntu's `chromium-browser` may be a script that asks for a snap.
  return names.find((name) => name !== '' && output(name, ['--version']) !== null) ?? null
}

// Debian keeps it where only root's PATH leads.
function searchNginx(): string | null {
  return ['/usr/sbin/nginx', 'nginx'].find((name) => output(name, ['-v']) !== null) ?? null
}

function searchNats(): string | null {
  return ['/usr/sbin/nats-server', 'nats-server'].find((name) => output(name, ['--version']) !== null) ?? null
}

function searchPerl(): string | null {
  return ['/usr/bin/perl', 'perl'].find((name) => output(name, ['-v']) !== null) ?? null
}

/** There `chrome --version` opens a window, so its being there has to do. */
function chromeOnWindows(): string | null {
  const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '')
  const paths = folders.map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'))
  return (
    [process.env['CHROMIUM_PATH'] ?? '', ...paths].find((path) => path !== '' && existsSync(path)) ?? null
  )
}

/** Whole path of a program on PATH, or the empty string: who drives a browser wants its path. */
function onPath(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? ''
}

/** Standard output of a program that ended well, trimmed; null otherwise. */
function output(program: string, args: readonly string[]): string | null {
  const run = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  })
  return run.status === 0 ? run.stdout.trim() : null
}
