# frozen_string_literal: true

require_relative 'fault'
require_relative 'fields'
require_relative 'payload'

module HagakiWorker
  # Request heads as a gateway of ours writes nearly all of them: ASCII, members in their order, no spaces, no
  # context. One regular expression, in a third of the time that JSON and a check of each member take. Pure.
  #
  # Whatever is otherwise, or faulty, is left to `Head.read_request`, which has the last word: nothing is read
  # here that would be read in another way there.
  module PlainHead
    # No string here has a quote, a backslash or a control, and so none an escape.
    TARGET = '[!$->@-\[\]-~]*+'
    WHOLE = '0|[1-9][0-9]{0,14}'
    HEAD = %r<\A
      \{"v":1,"kind":"request"
      ,"method":"([A-Z]++)"
      ,"path":"(/#{TARGET})"
      ,"query":(?:null|"([!$-\[\]-~]*+)")
      ,"mount":"((?:/#{TARGET})?+)"
      ,"http":(?:null|"(1\.[01]|2)")
      ,"client":(?:null|"([\x20!\#-\[\]-~]*+)")
      ,"protocol":"(https?+)"
      ,"upgrade":null,"timeoutMs":(?:null|#{WHOLE})
      ,"headers":(\[[\x20-~]*\]) # read as JSON, which it is by itself or not at all
      ,"context":\{\},"body":(?:null|(#{WHOLE})|\{"length":(null|#{WHOLE})\})
    \}\z>x.freeze

    # Fields that were looked at before: a client mostly says the same of itself each time. Bounded, since clients
    # choose them.
    KEPT = {} # rubocop:disable Style/MutableConstant
    MAX_KEPT = 256
    MAX_TEXT = 2_048 # octets of those that are kept
    private_constant :TARGET, :WHOLE, :HEAD, :KEPT, :MAX_KEPT, :MAX_TEXT

    module_function

    # `head` makes a request head of its nine members. Gives that, and what it says of its body: nil, a count, or a
    # Hash with the length of one that is still to come. nil for what is no plain head. The headers are frozen.
    def read(octets, head)
      match = HEAD.match(octets)
      return nil if match.nil?

      flat = match[8]
      headers = KEPT[flat] || fields(flat)
      return nil if headers.nil?

      [head.new(text(match[1]), text(match[2]), text(match[3]), text(match[4]), text(match[5]), text(match[6]),
                text(match[7]), headers, {}),
       body(match[9], match[10])]
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

    # As JSON would have given it.
    def text(octets)
      octets&.force_encoding(Encoding::UTF_8)
    end
    private_class_method :text
  end
end
