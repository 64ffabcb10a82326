/**
 * What is on the disk, and not only on its way there.
 *
 * @module
 */
import { open } from 'node:fs/promises'

/** Resolves when what was written to a file will outlive the power. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The same for the names in a folder. Windows cannot sync folders, and need not. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncFile(path)
}
