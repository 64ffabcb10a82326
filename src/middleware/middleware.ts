/**
 * `hagaki/middleware`: apps around apps, one per file.
 *
 * @module
 */
export { mount } from './mount.ts'
