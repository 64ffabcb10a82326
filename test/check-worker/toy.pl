#!/usr/bin/perl
# An echo worker of spec/check-worker.md, from spec/frames.md alone: no module, one thread, no copy of
# anybody's code. `check-worker.test.ts` also breaks it, one rule at a time.
use strict;
use warnings;

my ($HELLO, $REQUEST, $RESPONSE, $DATA, $END, $CREDIT, $CANCEL, $FAILED, $CALL, $RESULT, $TIMEOUT, $PING, $PONG, $AWAY) = (1 .. 14);
my %OCTETS = (1 => [0, 8192], 2 => [0, 196603], 3 => [0, 196603], 4 => [1, 65536], 5 => [0, 196603], 6 => [4, 4], 7 => [0, 8192],
  8 => [0, 196603], 9 => [0, 196603], 10 => [0, 196603], 11 => [4, 4], 12 => [4, 4], 13 => [4, 4], 14 => [0, 8192]);
my %OF_A_WORKER = map { $_ => 1 } $RESPONSE, $FAILED, $RESULT;
my %OF_A_CALL = map { $_ => 1 } $DATA, $END, $CREDIT, $CANCEL, $TIMEOUT;
my $WINDOW = 262144;

# JSON (RFC 8259) of a bounded depth, to Perl: objects, lists, \texts, numbers and the rest as they stand.
sub json {
  my ($text) = @_;
  die "no UTF-8\n" unless utf8::decode($text) && $text !~ /^\x{feff}/;
  my $data = value(\$text, 0);
  $text =~ /\G[ \t\r\n]*\z/gc or die "no JSON\n";
  return $data;
}
sub value {
  my ($t, $depth) = @_;
  $$t =~ /\G[ \t\r\n]*/gc;
  if ($$t =~ /\G(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)/gc) { return $1 }
  if ($$t =~ /\G"((?:[^"\\\x00-\x1f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/gc) { my $s = unquoted($1); return \$s }
  die "no JSON\n" if $depth > 40;
  if ($$t =~ /\G\{[ \t\r\n]*/gc) {
    my %of;
    return \%of if $$t =~ /\G\}/gc;
    for (;;) {
      my $name = value($t, $depth + 1);
      die "no JSON\n" unless ref $name eq 'SCALAR' && $$t =~ /\G[ \t\r\n]*:/gc;
      $of{$$name} = value($t, $depth + 1);
      return \%of if $$t =~ /\G[ \t\r\n]*\}/gc;
      $$t =~ /\G[ \t\r\n]*,[ \t\r\n]*/gc or die "no JSON\n";
    }
  }
  $$t =~ /\G\[[ \t\r\n]*/gc or die "no JSON\n";
  my @of;
  return \@of if $$t =~ /\G\]/gc;
  for (;;) {
    push @of, value($t, $depth + 1);
    return \@of if $$t =~ /\G[ \t\r\n]*\]/gc;
    $$t =~ /\G[ \t\r\n]*,/gc or die "no JSON\n";
  }
}
sub unquoted {
  my ($s) = @_;
  my %as = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");
  $s =~ s/\\u([0-9a-fA-F]{4})|\\(.)/defined $1 ? chr hex $1 : $as{$2} \/\/ $2/ge;
  return $s;
}
sub quoted { my ($s) = @_; $s =~ s/(["\\])/\\$1/g; utf8::encode($s); return "\"$s\"" }

sub is_text { ref $_[0] eq 'SCALAR' }
sub is_whole { my ($v, $most) = @_; return defined $v && !ref $v && $v =~ /^(?:0|[1-9][0-9]{0,15})$/ && $v <= $most }
sub is_null { my ($v) = @_; return defined $v && !ref $v && $v eq 'null' }
sub known { my ($of, $name) = @_; exists $of->{$name} or die "without $name\n"; return $of->{$name} }

# A head and what is behind it: its members, and the body as octets, undef for none, or { length }.
sub head {
  my ($payload, $kind) = @_;
  length $payload >= 4 or die "ends within the length of a head\n";
  my $n = unpack 'N', $payload;
  $n <= 65536 or die "a head of $n octets\n";
  length $payload >= 4 + $n or die "ends within its head\n";
  my ($head, $rest) = (json(substr $payload, 4, $n), substr $payload, 4 + $n);
  ref $head eq 'HASH' or die "a head that is no object\n";
  is_whole(known($head, 'v'), 1) && $head->{v} == 1 or die "another version\n";
  is_text(known($head, 'kind')) && ${$head->{kind}} eq $kind or die "another kind\n";
  if ($kind eq 'request') {
    known($head, $_) for qw(method path query mount http client protocol upgrade timeoutMs headers context);
    is_text($head->{method}) && ${$head->{method}} =~ /^[!#\$%&'*+.^_`|~0-9A-Z-]+\z/ or die "faulty method\n";
    is_text($head->{path}) && ${$head->{path}} =~ m{^(?:/[!-"\$->\@-~]*|\*)\z} or die "faulty path\n";
    fields($head->{headers});
  } else {
    my $name = known($head, 'name');
    is_text($name) or die "faulty name\n";
    my $octets = $$name;
    utf8::encode($octets);
    length $octets >= 1 && length $octets <= 256 or die "a name of another size\n";
  }
  my $body = known($head, 'body');
  if (ref $body eq 'HASH') {
    my $length = known($body, 'length');
    is_null($length) || is_whole($length, 2 ** 53) or die "no length\n";
    $rest eq '' or die "octets behind a head whose body is to come\n";
    return ($head, $body);
  }
  is_null($body) || is_whole($body, 65536) or die "no body\n";
  my $count = is_null($body) ? 0 : $body;
  length $rest == $count or die "another size than its head says\n";
  return ($head, is_null($body) ? undef : $rest);
}
sub fields {
  my ($flat) = @_;
  ref $flat eq 'ARRAY' && @$flat % 2 == 0 or die "no pairs\n";
  my %seen;
  for (my $at = 0; $at < @$flat; $at += 2) {
    my ($name, $value) = @$flat[$at, $at + 1];
    is_text($name) && $$name =~ /^[!#\$%&'*+.^_`|~0-9a-z-]+\z/ or die "a faulty name\n";
    is_text($value) && $$value =~ /^[\t\x20-\x7e\x80-\xff]*\z/ or die "a faulty value\n";
    $$name eq 'host' && $seen{host}++ and die "two hosts\n";
  }
}

my ($inline, $last, $left, %calls, @timers) = (undef, 0, 0);
sub out { my ($type, $call, $payload) = @_; print STDOUT pack('NCN', 5 + length $payload, $type, $call) . $payload }
sub packed { my ($text, $body) = @_; return pack('N', length $text) . $text . $body }
sub failed { my ($call, $code, $detail) = @_; out($FAILED, $call, "{\"code\":\"$code\",\"detail\":$detail}"); over($call) }
sub over { delete $calls{$_[0]} }

# A call that is to be echoed: all of its body is here.
sub answer {
  my ($number) = @_;
  my $call = $calls{$number};
  my $body = $call->{body} // '';
  my $small = length $body <= $inline;
  my $member = !defined $call->{body} ? 'null' : $small ? length $body : '{"length":' . length($body) . '}';
  my $text = defined $call->{name} ? "{\"v\":1,\"kind\":\"result\",\"gives\":\"data\",\"context\":{},\"body\":$member}"
    : '{"v":1,"kind":"response","status":200,"contentType":"application/octet-stream","headers":["echo-method",'
      . quoted($call->{method}) . ',"echo-path",' . quoted($call->{path}) . "],\"trailers\":null,\"context\":{},\"body\":$member}";
  out(defined $call->{name} ? $RESULT : $RESPONSE, $number, packed($text, $small ? $body : ''));
  return over($number) if $small;
  ($call->{rest}, $call->{until}) = ($body, undef);
  flow($number);
}
sub flow {
  my ($number) = @_;
  my $call = $calls{$number};
  return unless defined $call->{rest};
  while ($call->{credit} > 0 && $call->{rest} ne '') {
    my $size = $call->{credit} < 65536 ? $call->{credit} : 65536;
    my $piece = substr $call->{rest}, 0, $size, '';
    $call->{credit} -= length $piece;
    out($DATA, $number, $piece);
  }
  return if $call->{rest} ne '';
  out($END, $number, '');
  over($number);
}
sub ask {
  my ($number) = @_;
  my $call = $calls{$number};
  return unless $call->{echoes} && $call->{granted} < $WINDOW / 2;
  out($CREDIT, $number, pack 'N', $WINDOW);
  $call->{granted} += $WINDOW;
}
sub begin {
  my ($number, $call, $body) = @_;
  die "number $number after $last\n" unless $number > $last;
  die "a call after go-away\n" if $left;
  $last = $number;
  $calls{$number} = { %$call, credit => 0, granted => 0 };
  if (ref $body) {
    @{$calls{$number}}{qw(coming length body)} = (1, $body->{length}, '');
    ask($number);
  } else {
    $calls{$number}{body} = $body;
    answer($number) if $call->{echoes};
  }
}

my %TAKE = (
  $HELLO => sub {
    my (undef, $payload) = @_;
    defined $inline and die "a second hello\n";
    my $hello = json($payload);
    ref $hello eq 'HASH' or die "no object\n";
    is_whole(known($hello, 'v'), 1) && $hello->{v} == 1 or die "another version\n";
    is_text(known($hello, 'role')) && ${$hello->{role}} eq 'caller' or die "another role\n";
    is_text(known($hello, 'name')) or die "without a name\n";
    is_whole(known($hello, 'inline'), 65536) or die "inline out of range\n";
    my $mark = $hello->{contract};
    !defined $mark || is_text($mark) && $$mark =~ /^[0-9a-f]{16}\z/ or die "no mark\n";
    $inline = $hello->{inline};
  },
  $REQUEST => sub {
    my ($number, $payload) = @_;
    my ($head, $body) = head($payload, 'request');
    my ($method, $path) = (${$head->{method}}, ${$head->{path}});
    begin($number, { method => $method, path => $path, echoes => scalar $path =~ m{^/echo} }, $body);
  },
  $CALL => sub {
    my ($number, $payload) = @_;
    my ($head, $body) = head($payload, 'call');
    my $name = ${$head->{name}};
    begin($number, { name => $name, echoes => $name eq 'echo' }, $body);
    failed($number, 'handler_unknown', '{"name":' . quoted($name) . '}') unless $name eq 'echo';
  },
  $DATA => sub {
    my ($number, $payload) = @_;
    my $call = $calls{$number} or return;
    $call->{coming} or die "data of a body that is not to come\n";
    $call->{granted} >= length $payload or die "data without credit\n";
    $call->{granted} -= length $payload;
    $call->{body} .= $payload;
    is_null($call->{length}) || length $call->{body} <= $call->{length} or die "more than the length\n";
    ask($number);
  },
  $END => sub {
    my ($number, $payload) = @_;
    fields(json($payload)) if $payload ne '';
    my $call = $calls{$number} or return;
    $call->{coming} or die "the end of a body that is not to come\n";
    is_null($call->{length}) || length $call->{body} == $call->{length} or die "less than the length\n";
    $call->{coming} = 0;
    answer($number) if $call->{echoes};
  },
  $CREDIT => sub {
    my ($number, $payload) = @_;
    my $octets = unpack 'N', $payload;
    $octets > 0 or die "credit of nothing\n";
    my $call = $calls{$number} or return;
    $call->{credit} += $octets;
    $call->{credit} <= 2 ** 31 - 1 or die "too much credit\n";
    flow($number);
  },
  $CANCEL => sub {
    my ($number, $payload) = @_;
    my $cancel = json($payload);
    ref $cancel eq 'HASH' && is_text($cancel->{reason}) or die "no reason\n";
    over($number);
  },
  $TIMEOUT => sub {
    my ($number, $payload) = @_;
    my $call = $calls{$number};
    return unless $call;
    return if defined $call->{rest};
    my $ms = unpack 'N', $payload;
    $call->{until} = $ms == 4294967295 ? undef : now() + $ms / 1000;
  },
  $PING => sub { my (undef, $payload) = @_; out($PONG, 0, $payload) },
  $PONG => sub { die "a pong without a ping\n" },
  $AWAY => sub {
    my (undef, $payload) = @_;
    $left and die "a second go-away\n";
    my $away = json($payload);
    ref $away eq 'HASH' && is_text($away->{reason}) && is_whole($away->{last}, 4294967295) or die "no go-away\n";
    $left = 1;
  },
);

sub take {
  my ($type, $number, $payload) = @_;
  die "a frame before hello\n" unless defined $inline || $type == $HELLO;
  die "only a worker sends that\n" if $OF_A_WORKER{$type};
  die "a call number\n" if $number != 0 && ($type == $HELLO || $type == $PING || $type == $PONG || $type == $AWAY);
  die "a call that never was\n" if $OF_A_CALL{$type} && ($number < 1 || $number > $last);
  $TAKE{$type}->($number, $payload);
}

# Monotonic enough for a toy: select() below sleeps no longer than the next call has time.
sub now { open my $up, '<', '/proc/uptime' or return time; return (split / /, <$up>)[0] }
sub overdue {
  my $now = now();
  for my $number (keys %calls) {
    my $until = $calls{$number}{until};
    failed($number, 'call_timeout', '{"to":"toy","limitMs":0}') if defined $until && $until <= $now;
  }
  my ($next) = sort { $a <=> $b } grep { defined } map { $_->{until} } values %calls;
  return defined $next ? ($next - $now < 0.01 ? 0.01 : $next - $now) : undef;
}

binmode STDIN;
binmode STDOUT;
$| = 1;
out($HELLO, 0, '{"v":1,"role":"worker","name":"toy","inline":65536,"contract":"00000000000000aa"}');
my $held = '';
eval {
  for (;;) {
    my $wait = '';
    vec($wait, fileno STDIN, 1) = 1;
    select($wait, undef, undef, overdue()) or next;
    sysread(STDIN, $held, 262144, length $held) or last;
    while (length $held >= 4) {
      my ($length, $type, $number) = unpack 'N C N', $held . "\0" x 9;
      $length >= 5 && $length <= 196608 or die "a frame of $length octets\n";
      last if length $held < 5;
      my ($least, $most) = @{$OCTETS{$type} or die "a frame of type $type\n"};
      $length - 5 >= $least && $length - 5 <= $most or die "a payload of another size\n";
      last if length $held < 4 + $length;
      take($type, $number, substr $held, 9, $length - 5);
      substr $held, 0, 4 + $length, '';
    }
  }
  1;
} or do { print STDERR "toy: $@"; exit 2 };
