from escalations.realtime.rooms import HOLDS, Rooms


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def occupied_room(clock=None):
    rooms = Rooms(clock=clock or Clock())
    rooms.enter("esc_1", "a socket", "Sarah")
    return rooms


def test_names_here_and_in_other_processes_are_one_list():
    rooms = occupied_room()

    assert rooms.told("esc_1", "other process", ["David"])

    assert rooms.names("esc_1") == ["David", "Sarah"]
    assert rooms.names_here("esc_1") == ["Sarah"]


def test_one_person_with_two_pages_is_one_name():
    rooms = occupied_room()
    rooms.enter("esc_1", "another socket", "Sarah")

    rooms.leave("esc_1", "a socket")

    assert rooms.names("esc_1") == ["Sarah"]


def test_what_is_told_twice_is_not_new():
    rooms = occupied_room()
    rooms.told("esc_1", "other process", ["David"])

    assert not rooms.told("esc_1", "other process", ["David"])


def test_a_process_that_says_nothing_more_is_forgotten():
    clock = Clock()
    rooms = occupied_room(clock)
    rooms.told("esc_1", "other process", ["David"])

    clock.now = HOLDS + 1

    assert rooms.names("esc_1") == ["Sarah"]


def test_rooms_that_nobody_here_is_in_are_not_kept():
    rooms = occupied_room()
    rooms.told("esc_1", "other process", ["David"])

    rooms.leave("esc_1", "a socket")

    assert rooms.occupied() == []
    assert not rooms.told("esc_1", "other process", ["David"])
    assert rooms.names("esc_1") == []
