/** What `hagaki --help` prints. */
export const HELP = `hagaki: serves web apps whose requests and responses are plain values

Usage
  hagaki MODULE [-p PORT] [--host HOST]   serve the app that MODULE exports by default
  hagaki contract MODULE [-o FILE]        write the contract of the service it exports

Options
  -p, --port PORT     where to listen, 9292 by default; 0 takes any free port
      --host HOST     127.0.0.1 by default, this machine alone; 0.0.0.0 for every address
  -o, --output FILE   where to write, standard output by default
  -V, --version       print the version
  -h, --help          print this

Examples
  hagaki app.ts
  hagaki app.ts -p 8080 --host 0.0.0.0
  hagaki contract notes.ts -o notes.json

A module exports an app, a service or a mount of several:
  import { app, text } from 'hagaki'
  export default app((method, path) => text(\`\${method} \${path}\\n\`))

TypeScript needs Node 22.18 or newer, or tsx beside the module. Ctrl-C lets calls under way
finish; a second Ctrl-C cuts them. Exit status: 0, 1 when something failed, 2 for wrong usage.
`
