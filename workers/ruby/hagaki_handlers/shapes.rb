# frozen_string_literal: true

require_relative 'faulty'

module Hagaki
  # What metadata say beside JSON Schemas: bytes, text, what flows, forms, and the places of members. Each gives what
  # the offer says of it.
  Raw = Struct.new(:types) do
    def offer
      { bytes: types }
    end
  end

  Text = Struct.new(:types) do
    def offer
      { text: types }
    end
  end

  Items = Struct.new(:schema, :rest) do
    def offer
      { items: schema, **rest }
    end
  end

  Parts = Struct.new(:bounds) do
    def offer
      { parts: bounds }
    end
  end

  Multipart = Struct.new(:bounds) do
    def offer
      { multipart: bounds }
    end
  end

  Source = Struct.new(:place, :name) do
    def offer
      name.nil? ? { in: place } : { in: place, name: name }
    end
  end

  # The words for them, in the class of a service.
  module Shapes
    # Bytes: `raw('image/png')`, `raw('image/*')`, of any type without. In `takes` and `gives` they flow.
    def raw(*types)
      Raw.new(types.empty? ? ['*/*'] : types)
    end

    # A body of text in UTF-8, by default text/plain.
    def text(*types)
      Text.new(types.empty? ? ['text/plain'] : types)
    end

    # Items that flow.
    #
    #   limit         the largest one as it is written, such as '64kb'; 1 MiB where nothing is said
    #   id            the member that names an item, so that a caller who comes back goes on behind it
    #   heartbeat_ms  how long a stream that gives nothing stays quiet; 15 s
    #   retry_ms      how long a reader whose connection broke off is to wait
    def items(schema, limit: nil, id: nil, heartbeat_ms: nil, retry_ms: nil)
      Items.new(schema, { limit: limit, id: id, heartbeatMs: heartbeat_ms, retryMs: retry_ms }.compact)
    end

    # The parts of a form with files, in `takes`, as they come.
    #
    #   parts  how many there may be; 1,000 at most, and where nothing is said
    #   part   the largest one, such as '50mb'; the whole bounds it where nothing is said
    def parts(parts: nil, part: nil)
      Parts.new({ parts: parts, part: part }.compact)
    end

    # Forms with small files, in `formats`: all of it is there before the method runs, within its `limit`.
    #
    #   files  of all files together, such as '5mb'
    #   file   of one file
    #   count  how many files
    #   parts  how many parts, files and texts together: 1,000 at most
    def multipart(files: nil, file: nil, count: nil, parts: nil)
      Multipart.new({ files: files, file: file, count: count, parts: parts }.compact)
    end

    # The schema of a file in a form: a member of `accepts`, or the items of one. Its value is a `FormFile`.
    def file
      { type: 'string', format: 'binary', contentEncoding: 'binary' }
    end

    # The member comes from the query, also of a handler that takes a body.
    def query(name = nil)
      Source.new('query', name)
    end

    # The member comes from a field of the head.
    def header(name)
      Source.new('header', name)
    end

    # The member comes from a cookie.
    def cookie(name = nil)
      Source.new('cookie', name)
    end
  end
end
