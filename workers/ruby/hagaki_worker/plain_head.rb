# frozen_string_literal: true

require 'strscan'
require_relative 'fault'
require_relative 'fields'
require_relative 'payload'

module HagakiWorker
  # Request heads as a gateway of ours writes nearly all of them: ASCII, members in their order, no spaces, no
  # context. One regular expression, in a third of the time that JSON and a check of each member take. For the
  # reader thread alone.
  #
  # Whatever is otherwise, or faulty, is left to `Head.read_request`, which has the last word: nothing is read
  # here that would be read in another way there.
  module PlainHead
    # No string here has a quote, a backslash or a control, and so none an escape.
    TARGET = '[!$->@-\[\]-~]*+'
    WHOLE = '0|[1-9][0-9]{0,14}'
    HEAD = %r<
      \{"v":1,"kind":"request"
      ,"method":"([A-Z]++)"
      ,"path":"(/#{TARGET})"
      ,"query":(?:null|"([!$-\[\]-~]*+)")
      ,"mount":"((?:/#{TARGET})?+)"
      ,"http":(?:null|"(1\.[01]|2)")
      ,"client":(?:null|"([\x20!\#-\[\]-~]*+)")
      ,"protocol":"(https?+)"
      ,"upgrade":null,"timeoutMs":(?:null|#{WHOLE})
      ,"headers":(\[[^\x00-\x1f\x7f-\xff]*\]) # read as JSON, which it is by itself or not at all
      ,"context":\{\},"body":(?:null|(#{WHOLE})|\{"length":(null|#{WHOLE})\})
    \}>nx.freeze # of octets, or it would be compiled anew for payloads, whose length is no ASCII

    # Fields that were looked at before: a client mostly says the same of itself each time. Bounded, since clients
    # choose them.
    KEPT = {} # rubocop:disable Style/MutableConstant
    MAX_KEPT = 256
    MAX_TEXT = 2_048 # octets of those that are kept
    SCANNER = StringScanner.new('') # one, since it makes no object for a match
    private_constant :TARGET, :WHOLE, :HEAD, :KEPT, :MAX_KEPT, :MAX_TEXT, :SCANNER

    module_function

    # The head that begins at octet `at` and is `length` octets long. `head` makes a request head of its nine
    # members. Gives that, and what it says of its body: nil, a count, or a Hash with the length of one that is
    # still to come. nil for what is no plain head. The headers are frozen.
    def read(octets, at, length, head)
      SCANNER.string = octets
      SCANNER.pos = at
      return nil unless SCANNER.skip(HEAD) == length

      flat = SCANNER[8]
      headers = KEPT[flat] || fields(flat)
      return nil if headers.nil?

      [head.new(text(1), text(2), text(3), text(4), text(5), text(6), text(7), headers, {}),
       body(SCANNER[9], SCANNER[10])]
    end

    def body(count, length)
      return count&.to_i if length.nil?

      { 'length' => length == 'null' ? nil : length.to_i }
    end
    private_class_method :body

    def fields(flat)
      fields = Fields.join(Payload.read_json(flat, 'headers')).freeze
      KEPT.shift if KEPT.size >= MAX_KEPT
      KEPT[flat.freeze] = fields if flat.bytesize <= MAX_TEXT
      fields
    rescue FrameFault, ArgumentError
      nil
    end
    private_class_method :fields

    # A member, as JSON would have given it.
    def text(group)
      SCANNER[group]&.force_encoding(Encoding::UTF_8)
    end
    private_class_method :text
  end
end
