/**
 * What `--help` prints, for each command.
 *
 * @module
 */
import type { Topic } from './command.ts'
import { LIMIT_NAMES } from './limit-option.ts'

const SERVE = `hagaki: serves web apps whose requests and responses are plain values

Usage
  hagaki MODULE [-p PORT] [--host HOST] [OPTIONS]   serve the app that MODULE exports by default;
                                                    app.ts:notes is what it exports as notes
  hagaki app.py[:app] [OPTIONS]                     serve a WSGI app: Flask, Django, a function; or
                                                    a service of handlers in Python
  hagaki config.ru [OPTIONS]                        serve a Rack app: Sinatra, Rails, a lambda
  hagaki notes.rb[:Notes] [OPTIONS]                 serve a service of handlers in Ruby
  hagaki try MODULE [METHOD] TARGET [OPTIONS]       send it one request, with no server
  hagaki work MODULE --listen ADDRESS               answer the calls of gateways on a socket, or
                                                    with --over SERVER --name NAME over NATS
  hagaki contract MODULE [-o FILE]                  write the contract of the service it exports,
                                                    or say what has changed and whom that breaks
  hagaki routes MODULE [--json]                     list its routes
  hagaki openapi MODULE [-o FILE]                   write an OpenAPI document of it
  hagaki check-worker -- COMMAND                    hold a program to the rules of frames
  hagaki COMMAND --help                             says more of each

Where
  -p, --port PORT        9292 by default; 0 takes any free port
      --host HOST        127.0.0.1 by default, this machine alone; 0.0.0.0 or :: for every address
      --unix PATH        a unix socket instead; what a dead server left there is removed
      --tls-cert FILE    speak TLS with this certificate, its chain below it,
      --tls-key FILE     and this key, both as PEM

How
  -E, --environment E    development or production; else NODE_ENV when that is one, else
                         development, which logs requests, shows errors, holds the app to the
                         contract and warns of what blocks; production does none of these.
                         NODE_ENV is set to it for libraries
  -w, --workers N        serve in N processes, or auto for one per core
      --watch            start anew when a source changes, below the working directory, or beside
                         MODULE when that is elsewhere; data such as .json is none. The app
                         before serves until the new one does, and on when that does not start
  -s, --server S         http1 or node-http
      --limit NAME=VALUE another limit than the default, such as body=10mb or headTimeout=5s;
                         may come again. Limits are
${columns(LIMIT_NAMES)}
      --budget SIZE      memory for the bodies of all requests together, such as 256mb, or off; by
                         default a quarter of what there is; with -w all workers share it
  -V, --version          print the version
  -h, --help             print this

Apps in other languages
      --processes N      processes that run the app, by default 1; with -w as many for each worker
      --threads N        calls that one of them handles at once, by default 4
      --timeout TIME     how long an answer may take to begin, such as 30s; then 504, and the process
                         is replaced; by default for ever
      --memory SIZE      of one process, such as 256mb: beyond it another one takes over
      --max-requests N   calls after which another one takes over
      --reload           replace them when a file of the app changes: by default in development
      --no-reload        do not
      --venv FOLDER      of Python: the virtual environment, below the app's folder
      --python PATH      of Python: the interpreter, python3 by default
      --ruby PATH        of Ruby: the interpreter, ruby by default
      --early-hints      of Ruby: a Rack app may send 103, by rack.early_hints

Examples
  hagaki app.ts
  hagaki app.py:app --venv .venv --processes 2
  hagaki app.ts --watch
  hagaki app.ts -p 8080 --host 0.0.0.0 -E production -w auto
  hagaki app.ts --unix /run/app.sock --limit body=10mb
  hagaki try app.ts POST /cards --json -d '{"text":"hi"}'

A module exports an app, a service or a mount of several; or a function without parameters that
makes one, which may take its time:
  import { app, text } from 'hagaki'
  export default app((method, path) => text(\`\${method} \${path}\\n\`))
  export default async () => service(await handlers())

Signals
  TERM, INT (Ctrl-C)     let calls under way finish; once more cuts them
  HUP                    with -w: renew the workers one at a time, without losing a request

TypeScript needs Node 22.18 or newer, or tsx beside the module. Exit status: 0; 1 when something
failed; 2 for wrong usage.
`

const WORK = `hagaki work: answers the calls of gateways, and of any program that speaks frames, on sockets or
over NATS

Usage
  hagaki work MODULE --listen ADDRESS [OPTIONS]
                         ADDRESS is unix:/run/notes.sock or tcp://0.0.0.0:7000, with port 0 for any free
                         one; may come again
  hagaki work MODULE --over SERVER --name NAME [OPTIONS]
                         SERVER is nats://n1:4222 or tls://user:password@n1, and may come again, for
                         the others of its cluster; NAME is what gateways call the app

MODULE is what hagaki serves: app.ts; notes.py[:service] and notes.rb[:Notes] of handlers in Python and Ruby,
which are called by name as well; app.py:app of WSGI, config.ru of Rack

Options
      --tls-cert FILE    speak TLS over tcp with this certificate, its chain below it,
      --tls-key FILE     and this key, both as PEM
      --tls-ca FILE      who calls has to show a certificate that one of these has signed. To NATS these
                         are the worker's own certificate, and who has signed that of the server
      --creds FILE       who it is on NATS, as nsc writes it
      --trusted          take the callers' word for who the clients are, and the context that they carry:
                         by default over unix sockets, with --tls-ca, and where NATS is shown who it is
  -E, --environment E    development or production, as for serving
      --limit NAME=VALUE another limit than the default, such as body=10mb or drainTimeout=30s; may come
                         again
      --budget SIZE      memory for the bodies that all calls hold together, such as 256mb, or off; by
                         default a quarter of what there is
      --processes N, --threads N, --timeout TIME, --memory SIZE, --max-requests N, --reload, --no-reload,
      --venv FOLDER, --python PATH, --ruby PATH
                         of apps in other languages, as for serving: hagaki --help
  -h, --help             print this

Examples
  hagaki work notes.ts --listen unix:/run/notes.sock
  hagaki work notes.py --over nats://n1 --name notes --processes 4
  hagaki work notes.ts --listen tcp://0.0.0.0:7000 --tls-cert w.pem --tls-key w.key --tls-ca gateways.pem
  hagaki work notes.ts --over nats://n1 --over nats://n2 --name notes

In the gateway: remote(socket('unix:/run/notes.sock')), of hagaki and hagaki/socket, or
remote(nats('nats://n1', 'notes')), of hagaki/nats. At TERM and INT it takes no new calls, which go to
other workers, and lets those under way finish; once more cuts them. Exit status: 0; 1 when something
failed; 2 for wrong usage.
`

const TRY = `hagaki try: sends an app one request, with no server, and prints the answer

Usage
  hagaki try MODULE [METHOD] TARGET [OPTIONS]
                         TARGET is a path, perhaps with a query; METHOD is GET, or POST with -d

Options
  -H, --header 'N: V'    a field of the request; may come again
  -d, --data BODY        the body; @FILE takes it from a file, @- from standard input
      --json             the body is JSON, and so should the answer be
  -i, --include          print status and fields as well
  -E, --environment E    development or production, as for serving
  -h, --help             print this

Examples
  hagaki try app.ts /
  hagaki try app.ts GET '/cards?from=anna' -i
  hagaki try app.ts POST /cards --json -d '{"text":"hi"}'
  hagaki try app.ts PUT /stamp.png -H 'content-type: image/png' -d @stamp.png

What the app needs is opened before and closed after. A stream is printed as it comes. Exit
status: 0; 1 for an answer of 400 and above, or when something failed; 2 for wrong usage.
`

const CONTRACT = `hagaki contract: writes what a service offers, as JSON: names, verbs, paths, schemas, limits; or
compares it with what its callers know

Usage
  hagaki contract MODULE [-o FILE] [--client]
  hagaki contract MODULE --check FILE [--strict]

Options
  -o, --output FILE      where to write, standard output by default
      --client           only what clients need, a fraction of it, for pages that load it
      --check FILE       compare with a contract that was written before: each change is a line that
                         says what breaks and why, what may, and what fits
      --strict           what may break somebody fails as well
  -h, --help             print this

Examples
  hagaki contract notes.ts -o notes.json
  hagaki contract notes.ts --client -o web/notes.json
  hagaki contract app.ts:notes -o notes.json     of what app.ts exports as notes
  hagaki contract notes.ts --check notes.json

Keep the file with the sources, and check in CI: a change that breaks callers fails there, and who
means it writes the file anew. Exit status: 0; 1 for a change that breaks, when the module exports
no service, or something failed; 2 for wrong usage.
`

const ROUTES = `hagaki routes: lists what a service answers: method, path, handler, and what more it says of each

Usage
  hagaki routes MODULE [--json]

Options
      --json             as JSON, for programs
  -h, --help             print this

Examples
  hagaki routes notes.ts
  hagaki routes notes.ts --json | jq '.handlers[] | select(.guards == []) | .name'

Apps beside the handlers are listed by their prefix. Exit status: 0; 1 when the module exports no
service, or something failed; 2 for wrong usage.
`

const OPENAPI = `hagaki openapi: writes what a service offers as an OpenAPI document, 3.1, or 3.2 where items stream

Usage
  hagaki openapi MODULE [-o FILE] [OPTIONS]

Options
  -o, --output FILE      where to write, standard output by default
      --title TEXT       by default the name of the package that the module is in
      --api-version V    by default the version of that package
      --description TEXT for people, in Markdown
      --server URL       where the service is: a URL, or a path such as /api; may come again
      --host HOST        handlers of this host, and of any host, alone
  -h, --help             print this

Examples
  hagaki openapi notes.ts -o openapi.json
  hagaki openapi notes.ts --title Notes --api-version 1.2.0 --server https://example.com/api

Exit status: 0; 1 when the module exports no service, or something failed; 2 for wrong usage.
`

const CHECK_WORKER = `hagaki check-worker: holds a program to the rules of the frame protocol, by which workers in any language
answer calls on their standard input and output

Usage
  hagaki check-worker [OPTIONS] -- COMMAND [ARGUMENT...]
  hagaki check-worker --list

Options
      --only ROWS        these alone, by their names with commas between; may come again
      --list             print each row and its rule
      --patience TIME    how long anything may take to come, 5s by default
  -h, --help             print this

Examples
  hagaki check-worker -- python3 my_worker.py
  hagaki check-worker --only hello,echo -- ./my-worker

The program has to run a small app, which spec/check-worker.md describes beside the rows. A rule that is not
kept is a line with what was expected and what came. Exit status: 0; 1 when a rule is not kept, or the
program cannot be started; 2 for wrong usage.
`

export const HELP: { readonly [T in Topic]: string } = {
  serve: SERVE,
  work: WORK,
  try: TRY,
  contract: CONTRACT,
  routes: ROUTES,
  openapi: OPENAPI,
  'check-worker': CHECK_WORKER,
}

// Below the text of an option, within a terminal of 100.
function columns(names: readonly string[]): string {
  const indent = ' '.repeat(25)
  const lines: string[] = []
  for (const name of names) {
    const line = lines.at(-1)
    if (line === undefined || line.length + name.length > 68) lines.push(name)
    else lines[lines.length - 1] = `${line}, ${name}`
  }
  return lines.map((line) => indent + line).join(',\n')
}
