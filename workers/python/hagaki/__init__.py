"""
The Python worker of Hagaki: serves an existing WSGI or web3 app, unchanged, to a gateway that started it
as a child process. The two speak `spec/frames.md` over the worker's standard input and output.

    python3 -m hagaki wsgi flask_app:app --threads 4

Standard library only, Python 3.9 or newer, on POSIX. What is where; each imports from those before it:

    fault        every refusal               log       lines on standard error
    frames       bytes <-> frames            fields    header fields
    payload      the small JSON payloads     head      request and response heads
    credit       octets we may send          body      octets we asked for
    carried      context keys                forked    what the app has forked
    call         a request and its answer    writer    the locked way out
    link         the reader thread           pool      the threads that run calls
    environ      head -> WSGI environment    answer_head  what start_response was given
    response     WSGI answer -> call         wsgi      runs the app on a call
    web3         the same for PEP 444        stdio     frees descriptors 0 and 1
    load         finds the app
    signals      Ctrl-C, SIGTERM             worker    start and stop
    cli          the command line

`handlers` is a package of its own, for handlers in Python; `client` calls services over HTTP.
"""
