/**
 * Workers with one rule broken each: what is replaced in `toy.pl`, by the row that has to tell.
 *
 * @module
 */

/** What a worker takes for a head that it should refuse. */
const ANY = `return ({ method => \\'GET', path => \\'/hold', name => \\'none' }, undef)`

export const MUTANTS: Readonly<Record<string, readonly (readonly [find: string, put: string])[]>> = {
  hello: [['"name":"toy","inline":65536', '"name":"toy","inline":65537']],
  'hello-unknown': [[`ref $hello eq 'HASH' or die`, `ref $hello eq 'HASH' && keys %$hello <= 4 or die`]],
  'hello-first': [['die "a frame before hello\\n" unless defined $inline || $type == $HELLO;', '']],
  'hello-once': [['defined $inline and die "a second hello\\n";', '']],
  'hello-json': [['unless utf8::decode($text) &&', 'unless (utf8::decode($text) || 1) &&']],
  'hello-version': [
    [`is_whole(known($hello, 'v'), 1) && $hello->{v} == 1`, `is_whole(known($hello, 'v'), 9)`],
  ],
  'hello-role': [[` && \${$hello->{role}} eq 'caller'`, '']],
  'hello-name': [[`is_text(known($hello, 'name')) or die "without a name\\n";`, '']],
  'hello-inline': [[`is_whole(known($hello, 'inline'), 65536)`, `is_whole(known($hello, 'inline'), 65537)`]],
  'hello-contract': [['is_text($mark) && $$mark =~ /^[0-9a-f]{16}\\z/ or die "no mark\\n";', '1;']],
  'hello-call': [['($type == $HELLO || ', '(']],
  length: [['or die "a frame of $length octets\\n";', 'or do { substr $held, 0, 4, ""; next };']],
  type: [
    ['or die "a frame of type $type\\n"', 'or [0, 196603]'],
    ['  $PING => sub {', '  0 => sub {}, 16 => sub {}, $PING => sub {'],
  ],
  role: [['die "only a worker sends that\\n" if', 'return if']],
  payload: [['$length - 5 >= $least && ', '']],
  front: [['last if length $held < 5;', 'last if length $held < 4 + $length;']],
  pieces: [['sysread(STDIN', `$held = '' if length $held == 1; sysread(STDIN`]],
  together: [
    [
      'take($type, $number, substr $held, 9, $length - 5);',
      'take($type, $number, substr $held, 9, $length - 5); our $taken++;',
    ],
    ['select($wait', `$held = '' if our $taken and $taken >= 20; $taken = 0; select($wait`],
  ],
  ping: [['out($PONG, 0, $payload)', `out($PONG, 0, $payload) if unpack 'N', $payload`]],
  'ping-call': [['$type == $PING || ', '']],
  pong: [['die "a pong without a ping\\n"', '']],
  'go-away': [['$left = 1;', '$left = 1; exit if %calls;']],
  'go-away-begins': [['die "a call after go-away\\n" if $left;', '']],
  'go-away-once': [['$left and die "a second go-away\\n";', '']],
  'go-away-form': [[' && is_whole($away->{last}, 4294967295)', '']],
  exit: [['length $held) or last;', 'length $held) or do { sleep 1; next };']],
  number: [['unless $number > $last;', 'unless $number > 0;']],
  'number-gaps': [['$last = $number;', 'die "a gap\\n" if $last == 0 && $number > 1; $last = $number;']],
  'number-unknown': [['die "a call that never was\\n" if', 'return if']],
  'head-size': [['or die "ends within its head\\n";', `or ${ANY};`]],
  'head-json': [['or die "a head that is no object\\n";', `or ${ANY};`]],
  'head-kind': [['or die "another kind\\n";', `or ${ANY};`]],
  'head-members': [['known($head, $_) for qw(', '1 for qw(']],
  'head-target': [[' && ${$head->{path}} =~ m{^(?:/[!-"\\$->\\@-~]*|\\*)\\z} or', ' or']],
  'head-fields': [[`$$name eq 'host' && $seen{host}++ and die "two hosts\\n";`, '']],
  inline: [['length $rest == $count or', 'length $rest >= $count or']],
  'inline-size': [['is_whole($body, 65536)', 'is_whole($body, 65537)']],
  body: [
    [
      '$call->{coming} = 0;',
      '$call->{coming} = 0; chop $call->{body} if !is_null($call->{length}) && length $call->{body} > $WINDOW;',
    ],
  ],
  'body-unknown': [
    [
      'die "less than the length\\n";',
      'die "less than the length\\n"; chop $call->{body} if is_null($call->{length}) && length $call->{body} > $WINDOW;',
    ],
  ],
  'body-pieces': [
    [
      '$call->{body} .= $payload;',
      '$call->{body} .= $payload; die "too small\\n" if length $payload == 1 && $call->{echoes};',
    ],
  ],
  'body-empty': [
    [
      'ask($number);\n  } else {',
      `ask($number); die "nothing to come\\n" if $body->{length} eq '0';\n  } else {`,
    ],
  ],
  'body-credit': [['$call->{granted} >= length $payload or die "data without credit\\n";', '']],
  'body-length': [['or die "more than the length\\n";', ';']],
  'body-none': [
    ['$call->{coming} or die "data of', 'exists $call->{coming} or return; $call->{coming} or die "data of'],
  ],
  'body-over': [
    [
      '$call->{coming} or die "the end of',
      'exists $call->{coming} && !$call->{coming} and return; $call->{coming} or die "the end of',
    ],
  ],
  trailers: [
    [` if $payload ne '';`, ` if $payload ne ''; $payload =~ /^\\["digest","a"/ and die "no trailers\\n";`],
  ],
  'trailers-form': [['fields(json($payload))', 'json($payload)']],
  order: [
    [
      '  $last = $number;',
      '  die "one at a time\\n" if grep { $_->{coming} && $_->{echoes} } values %calls;\n  $last = $number;',
    ],
  ],
  echo: [['quoted($call->{path})', 'quoted(substr $call->{path}, 0, 5)']],
  'echo-empty': [[`$call->{body} // '';`, `$call->{body} // 'x';`]],
  'answer-inline': [['length $body <= $inline;', 'length $body <= 65536;']],
  'answer-credit': [
    [
      '$call->{credit} < 65536 ? $call->{credit} : 65536;',
      '$call->{credit} < 65536 ? $call->{credit} + 1 : 65536;',
    ],
  ],
  'answer-end': [
    [`return if $call->{rest} ne '';`, `return if $call->{rest} ne '' || $call->{credit} <= 0;`],
  ],
  'answer-early': [['= ($body, undef);', '= ($body, undef); $call->{credit} = 0;']],
  'answer-once': [
    ['return over($number) if $small;', `return (out($END, $number, ''), over($number)) if $small;`],
  ],
  'credit-nothing': [['$octets > 0 or die "credit of nothing\\n";', '']],
  'credit-most': [['$call->{credit} <= 2 ** 31 - 1 or die "too much credit\\n";', '']],
  'credit-unused': [
    [
      '$call->{credit} += $octets;',
      '$call->{credit} += $octets; die "of no use\\n" if $octets == 100 && !$call->{echoes};',
    ],
  ],
  cancel: [
    [
      'over($number);\n  },\n  $TIMEOUT',
      'over($number) unless $calls{$number} && $calls{$number}{echoes};\n  },\n  $TIMEOUT',
    ],
  ],
  'cancel-form': [[' && is_text($cancel->{reason})', '']],
  late: [['return unless $call;', 'die "over\\n" unless $call;']],
  'late-many': [
    [
      '$TAKE{$type}->($number',
      'die "a flood\\n" if $number && !$calls{$number} && ++our $late > 1000; $TAKE{$type}->($number',
    ],
  ],
  timeout: [[`'call_timeout'`, `'call_late'`]],
  'timeout-again': [
    [`my $ms = unpack 'N', $payload;`, `my $ms = unpack 'N', $payload; return if $ms == 4294967295;`],
  ],
  'timeout-begun': [['return if defined $call->{rest};', '']],
  'name-unknown': [[`'handler_unknown'`, `'no_handler'`]],
  'name-number': [
    [`head($payload, 'call');`, `head($payload, 'call'); die "one kind at a time\\n" if %calls;`],
  ],
  'name-size': [['length $octets >= 1 && ', '']],
  'name-echo': [['\\"gives\\":\\"data\\"', '\\"gives\\":\\"items\\"']],
}
