/**
 * The secret of the wall: WALL_SECRET, or one of its own, made once and kept beside the cards, so that all
 * workers have the same and visits outlast a restart.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { placeOf } from '../place.ts'

/** Another one for each use: who knows one of them knows no other. */
export function secretOf(use: string): string {
  const secret = process.env['WALL_SECRET'] || kept(placeOf('secret'))
  return createHmac('sha256', secret).update(use).digest('base64url')
}

function kept(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  // Whole under another name first, and then under its own unless one is there: workers start side by side.
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path, 'utf8')
}
