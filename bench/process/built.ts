/**
 * The built package below `node_modules`, inner modules included: what users run, not what a loader
 * makes of the source. Typed by the source.
 *
 * @module
 */
export interface Inner {
  readonly 'call/call.js': typeof import('../../src/call/call.ts')
  readonly 'call/life.js': typeof import('../../src/call/life.ts')
  readonly 'call/log.js': typeof import('../../src/call/log.ts')
  readonly 'call/options.js': typeof import('../../src/call/options.ts')
  readonly 'call/outgoing.js': typeof import('../../src/call/outgoing.ts')
  readonly 'call/perform.js': typeof import('../../src/call/perform.ts')
  readonly 'call/server-facts.js': typeof import('../../src/call/server-facts.ts')
  readonly 'handler/service.js': typeof import('../../src/handler/service.ts')
  readonly 'handler/verbs.js': typeof import('../../src/handler/verbs.ts')
  readonly 'transport/isolate.js': typeof import('../../src/transport/isolate.ts')
  readonly 'value/headers.js': typeof import('../../src/value/headers.ts')
  readonly 'value/message.js': typeof import('../../src/value/message.ts')
  readonly 'value/packed.js': typeof import('../../src/value/packed.ts')
  readonly 'value/result.js': typeof import('../../src/value/result.ts')
  readonly 'value/target.js': typeof import('../../src/value/target.ts')
  readonly 'wire/http1/request-reader.js': typeof import('../../src/wire/http1/request-reader.ts')
}

export async function built<Name extends keyof Inner>(name: Name): Promise<Inner[Name]> {
  return (await import(new URL(`../node_modules/hagaki/dist/${name}`, import.meta.url).href)) as Inner[Name]
}

/** A peer that `bench/package.json` names, or null where npm could not install it. */
export async function peer<T>(name: string): Promise<T | null> {
  try {
    return (await import(name)) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}
