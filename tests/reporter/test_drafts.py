"""Folders for what is being written: each is its own, however many are made at once."""

from concurrent.futures import ThreadPoolExecutor

from batch_tracker.reporter.drafts import draft_folder, sweep


def test_folders_made_side_by_side_do_not_sweep_each_other_away(tmp_path):
    def write(number):
        for _ in range(25):
            with draft_folder(tmp_path) as folder:
                assert folder.stat().st_mode & 0o777 == 0o700
                (folder / "draft").write_text(str(number), "utf-8")
                assert (folder / "draft").read_text("utf-8") == str(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_has_left_is_swept_away(tmp_path):
    left = tmp_path / ".batch-tracker-0badcafe.tmp"
    left.mkdir()
    (left / "draft").write_text("half", "utf-8")
    (left / "lock").touch()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
