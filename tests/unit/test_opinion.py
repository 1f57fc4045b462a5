"""Two answers as one: any answer counts, and silence only where something was asked."""

from __future__ import annotations

import pytest

from exporter.opinion import Answer, EchoDetail, EchoEnd, Opinion, TcpDetail, TcpEnd, answer_of

YES_ECHO = {EchoEnd.ANSWERED}
YES_TCP = {TcpEnd.ANSWERED, TcpEnd.REFUSED}


@pytest.mark.parametrize("tcp", list(TcpEnd))
@pytest.mark.parametrize("echo", list(EchoEnd))
def test_every_pair_of_ends_has_its_answer(echo: EchoEnd, tcp: TcpEnd) -> None:
    """Who answered is named; without an answer, silence of one is enough for none, and faults of ours are not."""
    answer = answer_of(EchoDetail(echo), TcpDetail(tcp))
    if echo in YES_ECHO or tcp in YES_TCP:
        expected = {(True, True): Answer.BOTH, (True, False): Answer.ECHO, (False, True): Answer.TCP}
        assert answer is expected[echo in YES_ECHO, tcp in YES_TCP]
    elif echo is EchoEnd.SILENT or tcp is TcpEnd.SILENT:
        assert answer is Answer.NONE
    else:
        assert answer is Answer.NOT_ASKED


@pytest.mark.parametrize("answer", list(Answer))
def test_an_opinion_knows_whether_anybody_answered(answer: Answer) -> None:
    """Echo, TCP and both are answers."""
    opinion = Opinion(1, 2, answer, EchoDetail(EchoEnd.SILENT), TcpDetail(TcpEnd.SILENT))
    assert opinion.answered == (answer in {Answer.ECHO, Answer.TCP, Answer.BOTH})
