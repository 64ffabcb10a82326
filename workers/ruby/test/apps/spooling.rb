# frozen_string_literal: true

# A service that spools what comes, and tells how many files there are.
require 'hagaki_handlers'
require 'tmpdir'

DIR = Dir.mktmpdir
COUNT = -> { Dir.glob("#{DIR}/*/*").size }
at_exit { FileUtils.rm_rf(DIR) }

class Spools < Hagaki::Service
  acts '/spools', takes: parts, limit: '1mb'
  def spools(arrived)
    Thread.new do
      Thread.pass while COUNT.call.zero?
      warn "spooling: #{COUNT.call} file"
    end
    arrived['body'].each { |part| part.spool(limit: '1mb', dir: DIR) }
  ensure
    warn "spooled: #{COUNT.call} files"
  end

  acts '/keeps', takes: parts, limit: '1mb', returns: {}
  def keeps(arrived)
    arrived['body'].map { |part| part.spool(limit: '1mb', dir: DIR, memory: 1).path }
  end

  reads '/count', returns: {}
  def count
    COUNT.call
  end
end
