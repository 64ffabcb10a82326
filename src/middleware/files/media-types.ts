/**
 * Media types by the extension of a file's name: what the web is made of, and what it links to.
 *
 * @module
 */

const UTF8 = '; charset=utf-8'

// JSON and XML are absent from these: the one has no charset (RFC 8259 11), the other says its own.
const TABLE: Readonly<Record<string, string>> = {
  // Text, all of it served as UTF-8.
  [`text/css${UTF8}`]: 'css',
  [`text/csv${UTF8}`]: 'csv',
  [`text/calendar${UTF8}`]: 'ics',
  [`text/html${UTF8}`]: 'html htm shtml',
  [`text/javascript${UTF8}`]: 'js mjs cjs',
  [`text/markdown${UTF8}`]: 'md markdown',
  [`text/plain${UTF8}`]: 'txt text log conf ini',
  [`text/tab-separated-values${UTF8}`]: 'tsv',
  [`text/vcard${UTF8}`]: 'vcf',
  [`text/vtt${UTF8}`]: 'vtt',
  [`text/yaml${UTF8}`]: 'yaml yml',
  // Data and programs.
  'application/atom+xml': 'atom',
  'application/cbor': 'cbor',
  'application/geo+json': 'geojson',
  'application/json': 'json map',
  'application/json5': 'json5',
  'application/jsonl': 'jsonl',
  'application/ld+json': 'jsonld',
  'application/manifest+json': 'webmanifest',
  'application/msgpack': 'msgpack',
  'application/rss+xml': 'rss',
  'application/sql': 'sql',
  'application/toml': 'toml',
  'application/vnd.apache.parquet': 'parquet',
  'application/vnd.sqlite3': 'sqlite db',
  'application/wasm': 'wasm',
  'application/xhtml+xml': 'xhtml',
  'application/xml': 'xml xsd',
  'application/xslt+xml': 'xsl xslt',
  // Documents.
  'application/epub+zip': 'epub',
  'application/msword': 'doc',
  'application/pdf': 'pdf',
  'application/postscript': 'ps ai eps',
  'application/rtf': 'rtf',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  // Archives and packages.
  'application/gzip': 'gz tgz',
  'application/java-archive': 'jar',
  'application/vnd.android.package-archive': 'apk',
  'application/vnd.rar': 'rar',
  'application/x-7z-compressed': '7z',
  'application/x-apple-diskimage': 'dmg',
  'application/x-bzip2': 'bz2',
  'application/x-tar': 'tar',
  'application/x-xz': 'xz',
  'application/zip': 'zip',
  'application/zstd': 'zst',
  // Fonts.
  'application/vnd.ms-fontobject': 'eot',
  'font/collection': 'ttc',
  'font/otf': 'otf',
  'font/ttf': 'ttf',
  'font/woff': 'woff',
  'font/woff2': 'woff2',
  // Pictures and models.
  'image/apng': 'apng',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'image/jpeg': 'jpg jpeg jfif',
  'image/jxl': 'jxl',
  'image/png': 'png',
  'image/svg+xml': 'svg',
  'image/tiff': 'tif tiff',
  'image/webp': 'webp',
  'image/x-icon': 'ico cur',
  'model/gltf+json': 'gltf',
  'model/gltf-binary': 'glb',
  'model/stl': 'stl',
  // Sound and moving pictures.
  'application/dash+xml': 'mpd',
  'application/vnd.apple.mpegurl': 'm3u8',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/midi': 'mid midi',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'oga ogg opus',
  'audio/wav': 'wav',
  'audio/webm': 'weba',
  'video/mp2t': 'ts m2ts',
  'video/mp4': 'mp4 m4v m4s',
  'video/mpeg': 'mpeg mpg',
  'video/ogg': 'ogv',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/x-msvideo': 'avi',
}

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE).flatMap(([type, extensions]) =>
    extensions.split(' ').map((extension): [string, string] => [extension, type]),
  ),
)

/** The media type of files with an extension (lower case, no dot), with its charset, or undefined. */
export function mediaTypeOf(extension: string): string | undefined {
  return BY_EXTENSION.get(extension)
}
