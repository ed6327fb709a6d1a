/** Scripts and styles of a build, compressed once: Next.js would do it again for each who asks. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

export interface CompressedFiles {
  /** Whether a request was answered here. Others are for Next.js, which has every file as well. */
  answers(request: IncomingMessage, response: ServerResponse): boolean
}

interface CompressedFile {
  readonly type: string
  readonly tag: string
  readonly bytes: Buffer
}

/** Fonts and pictures are compressed as they are. */
const types: Readonly<Record<string, string>> = {
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
}

/** Who wants a part of a file, or knows only how old its copy is, is answered by Next.js. */
const forNext = ['range', 'if-modified-since'] as const

/**
 * Reads and compresses them all, some hundred kilobytes. What a request asks for is then looked up in a list, and no
 * path of it is opened.
 *
 * @param folder That of the app, which is built.
 */
export async function readCompressedFiles(folder: string): Promise<CompressedFiles> {
  const files = new Map(await readFiles(join(folder, '.next/static')))
  return {
    answers(request, response) {
      const file = files.get(request.url ?? '')
      const { method = '', headers } = request
      if (file === undefined || !['GET', 'HEAD'].includes(method)) return false
      if (!takesGzip(headers['accept-encoding'])) return false
      if (forNext.some((name) => headers[name] !== undefined)) return false
      answer(file, headers['if-none-match'], response)
      return true
    },
  }
}

function answer(file: CompressedFile, known: string | undefined, response: ServerResponse): void {
  // Each build gives a file that has changed another name.
  response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  response.setHeader('vary', 'Accept-Encoding')
  response.setHeader('etag', file.tag)
  if (known?.includes(file.tag)) {
    response.writeHead(304).end()
    return
  }
  response.writeHead(200, {
    'content-type': file.type,
    'content-encoding': 'gzip',
    'content-length': file.bytes.length,
  })
  response.end(file.bytes)
}

async function readFiles(folder: string): Promise<(readonly [string, CompressedFile])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name))
  return Promise.all(
    paths.flatMap((path) => {
      const type = types[extname(path)]
      if (type === undefined) return []
      const url = `/_next/static/${relative(folder, path).split(sep).join('/')}`
      return [compress(path, type).then((file) => [url, file] as const)]
    }),
  )
}

async function compress(path: string, type: string): Promise<CompressedFile> {
  const plain = await readFile(path)
  const bytes = await promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION })
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { type, tag, bytes }
}

/** Whether it is named and not refused by a weight of zero (RFC 9110, section 12.5.3). */
function takesGzip(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .map((coding) => coding.replaceAll(' ', '').toLowerCase())
    .some((coding) => /^gzip(?:$|;q=(?!0(?:\.0*)?$))/.test(coding))
}
