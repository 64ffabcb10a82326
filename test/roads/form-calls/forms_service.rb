# frozen_string_literal: true

# Forms with files, in Ruby: forms-service.ts is the same in TypeScript.
require 'hagaki_handlers'

class Forms < Hagaki::Service
  def self.object(required, **properties)
    { type: 'object', properties: properties, required: required }
  end

  TEXT = { type: 'string' }.freeze
  INTEGER = { type: 'integer' }.freeze
  ALBUM = object(%w[title photo], title: TEXT, photo: file, more: { type: 'array', items: file }, year: INTEGER)
  SMALL = multipart(files: '2kb', file: '1kb', count: 3, parts: 6)

  def initialize
    super
    @ended = 0
  end

  creates '/albums', accepts: ALBUM, returns: {}, formats: ['json', SMALL], limit: '4kb'
  def add(album)
    more = (album['more'] || []).map { |one| said(one) }
    { title: album['title'], year: album['year'], photo: said(album['photo']), more: more }
  end

  acts '/rated/{id}', accepts: object(['id'], id: INTEGER), body: object(['photo'], photo: file), returns: {},
                      formats: ['json', SMALL]
  def rated(given)
    { id: given['id'], photo: said(given['body']['photo']) }
  end

  creates '/uploads', takes: parts(parts: 4, part: '6mb'), limit: '10mb', returns: {}
  def upload(arrived)
    arrived['body'].map do |part|
      next [part.name, part.text(100)] if part.filename.nil?
      next [part.name, 'passed over'] if part.name == 'passed'

      kept = part.spool(limit: '5mb', hash: true)
      [part.name, part.filename, part.media_type, kept.size, kept.sha256]
    end
  end

  acts '/gone', takes: parts, limit: '1mb', returns: {}
  def gone(arrived)
    kept = arrived['body'].first.spool(limit: '1mb', memory: 10)
    { path: kept.path, read: kept.open(&:read).bytesize, was: File.exist?(kept.path) }
  end

  acts '/late', takes: parts, limit: '1mb', returns: {}
  def late(arrived)
    arrived['body'].to_a[0].text(10)
  end

  acts '/left', takes: parts, limit: '10mb'
  def left(arrived)
    arrived['body'].each { |part| part.spool(limit: '10mb') }
  ensure
    @ended += 1
  end

  acts '/ends', returns: INTEGER
  def ends
    @ended
  end

  private

  def said(one)
    { name: one.name, type: one.media_type, size: one.content.bytesize,
      first: one.content[0, 4].encode('UTF-8', 'ISO-8859-1') }
  end
end
