# A service for gateways, the same as in notes.py.

require 'fileutils'
require 'hagaki_handlers'

class Notes < Hagaki::Service
  ID = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }
  TEXT = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
  NUMBER = { type: 'integer' }

  Gone = failure 'note_gone', 'missing', ID

  creates '/notes', accepts: TEXT, returns: TEXT, limit: '1kb'
  def add(note) = note

  reads '/notes/{id}', accepts: ID, returns: TEXT, errors: [Gone]
  def read(which) = raise(Gone, which)

  acts '/bytes', takes: raw, limit: '8mb', returns: NUMBER
  def size(arrived) = arrived['body'].sum(&:bytesize)

  reads '/count', gives: items(NUMBER)
  def count
    (1..).each { |at| yield at }
  ensure
    mark('left')
  end

  acts '/held', returns: NUMBER
  def held(_, context)
    mark('held')
    sleep 0.01 until context.over? || File.exist?('open')
    mark(context.over? ? 'over' : 'done')
    7
  end

  reads '/pid', returns: NUMBER
  def pid = Process.pid

  acts '/dies', returns: NUMBER
  def dies = Process.kill('KILL', Process.pid)

  reads '/dies-once', returns: NUMBER
  def diesOnce
    dies if mark('died')
    1
  end

  private

  # True where nobody has been here before.
  def mark(name)
    return false if File.exist?(name)

    FileUtils.touch(name)
    true
  end
end
