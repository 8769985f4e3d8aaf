import asyncio

from helpninja.common.outbox import SIZE, Frame, Outbox


class TestOutbox:
    async def test_a_stuck_reader_is_too_far_behind_after_a_full_buffer(self):
        stuck = asyncio.Event()

        async def send(text):
            await stuck.wait()

        outbox = Outbox(send)
        taken = [outbox.put(Frame(str(n))) for n in range(SIZE + 1)]
        outbox.close()

        assert taken == [True] * SIZE + [False]

    async def test_frames_leave_in_order(self):
        sent = asyncio.Queue()
        outbox = Outbox(sent.put)

        for n in range(3):
            outbox.put(Frame(str(n)))

        assert [await asyncio.wait_for(sent.get(), 5) for _ in range(3)] == ["0", "1", "2"]
        outbox.close()
