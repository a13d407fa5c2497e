"""The command line, as a shell runs it: files in and out, tables, figures, error lines and exit codes."""

import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import xml.etree.ElementTree

import cypool
import numpy as np
import pytest
from cypool import _bench, _files
from cypool.cli import main
from PIL import Image


def shell(*args, cwd, **options):
    return subprocess.run(
        [sys.executable, "-P", "-m", "cypool", *map(str, args)], cwd=cwd, capture_output=True, text=True, timeout=120, **options
    )


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder; return its exit code, output and error output."""
    monkeypatch.chdir(tmp_path)

    def command(*args):
        capsys.readouterr()
        try:
            code = main(list(map(str, args)))
        except SystemExit as stop:
            code = stop.code
        return (code, *capsys.readouterr())

    return command


def is_one_line(text):
    return text.startswith("cypool: error: ") and text.count("\n") == 1 and text.endswith("\n")


def pixels(path, mode=None):
    """Return the picture in a file."""
    with Image.open(path) as picture:
        x = np.asarray(picture.convert(mode) if mode else picture)
        return x if x.dtype.kind == "f" else x.astype(int)


# ---------------------------------------------------------------- the command as such

def test_the_installed_command_and_the_module_are_the_same(tmp_path):
    script = os.path.join(os.path.dirname(sys.executable), "cypool")
    lines = [shell("--version", cwd=tmp_path).stdout]
    if os.path.exists(script):
        lines.append(subprocess.run([script, "--version"], capture_output=True, text=True, timeout=60).stdout)
    assert set(lines) == {f"cypool {cypool.__version__}\n"}


def test_importing_the_module_runs_nothing():
    importlib.import_module("cypool.__main__")


def test_importing_the_command_loads_nothing_heavy(tmp_path):
    code = (
        "import sys; before = set(sys.modules); import cypool.cli\n"
        "print(*{'matplotlib', 'PIL', 'scipy', 'multiprocessing'} & set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "\n"


@pytest.mark.parametrize("command", ["", "demo", "pool", "bench", "info"])
def test_help_goes_to_the_output(run, command):
    code, out, err = run(*command.split(), "--help")
    assert code == 0
    assert out.startswith(f"usage: cypool {command}".rstrip())
    assert not err


@pytest.mark.parametrize("line", [
    "", "fly", "pool", "pool a.npy b.npy", "pool a.npy b.npy --kernel two", "pool a.npy b.npy --kernel 2 --kind median",
    "pool a.npy b.npy --kernel 2 --padding 1:x", "pool a.npy b.npy --kernel 2 --dtype floaty", "pool a.npy b.npy --kernel 2 --threads 0",
    "pool a.npy b.npy --kernel 2 --p 3", "pool a.npy b.npy --kernel 2 --dtype int8", "pool a.npy b.npy --kernel 2 --exclude-pad",
    "bench --only (", "bench --only nothing-of-that-name", "bench --rounds 0", "demo --kernel -1", "info --jason",
])
def test_wrong_usage_is_exit_code_2_and_leaves_the_output_empty(run, line):
    code, out, err = run(*line.split())
    assert (code, out) == (2, "")
    assert re.search(r"^cypool( \w+)?: error: .", err, re.M)
    assert "Traceback" not in err


def test_a_reader_that_stops_early_is_no_error_to_speak_of(tmp_path):
    line = f"set -o pipefail; {sys.executable} -P -m cypool bench --list | true"
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 141)
    assert done.stderr == ""


def test_a_full_disk_behind_the_output_is_an_error(tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cypool", "info"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 1
    assert is_one_line(done.stderr)


def test_info_shows_the_same_facts_as_text_and_as_json(run):
    code, out, _ = run("info")
    assert code == 0
    assert cypool.__version__ in out
    code, out, _ = run("info", "--json")
    assert json.loads(out) == cypool.show_config(mode="dicts")


# ---------------------------------------------------------------- pool: arrays

X = np.random.default_rng(0).integers(-99, 99, (3, 8, 10)).astype(np.float32)


@pytest.mark.parametrize(("options", "expected"), [
    ("--kernel 2", lambda: cypool.max_pool(X, 2)),
    ("--kernel 2,3 --kind min", lambda: cypool.min_pool(X, (2, 3))),
    ("--kernel 3 --stride 2,1 --padding 1 --kind avg", lambda: cypool.avg_pool(X, 3, (2, 1), 1)),
    ("--kernel 3 --stride 2 --padding 0:1,1:0 --kind avg --exclude-pad", lambda: cypool.avg_pool(X, 3, 2, ((0, 1), (1, 0)), count_include_pad=False)),
    ("--kernel 3 --stride 2 --padding same --kind sum --dtype float64", lambda: cypool.sum_pool(X, 3, 2, "same", dtype=np.float64)),
    ("--kernel 2 --kind lp --p 3", lambda: cypool.lp_pool(X, 2, p=3)),
    ("--kernel 2 --axes -1,0 --dilation 2,1", lambda: cypool.max_pool(X, 2, dilation=(2, 1), axes=(-1, 0))),
    ("--kernel 4 --axes=-1 --ceil-mode ceil --threads 2", lambda: cypool.max_pool(X, 4, axes=-1, ceil_mode=True)),
    ("--kernel 3x3x3 --ceil-mode full", lambda: cypool.max_pool(X, (3, 3, 3), ceil_mode="full")),
])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pool_does_what_the_function_does(run, options, expected, order):
    np.save("in.npy", np.asarray(X, order=order))
    assert run("pool", "in.npy", "out.npy", *options.split()) == (0, "", "")
    y, expected = np.load("out.npy"), expected()
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y, expected)
    assert sorted(os.listdir()) == ["in.npy", "out.npy"]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", ">f4", "float64"])
def test_pool_keeps_the_number_type_of_arrays(run, dtype):
    x = (X > 0).astype(dtype)
    np.save("in.npy", x)
    assert run("pool", "in.npy", "out.npy", "--kernel", 2)[0] == 0
    np.testing.assert_array_equal(np.load("out.npy"), cypool.max_pool(x, 2))


def test_pool_may_replace_its_own_input(run):
    np.save("x.npy", X)
    assert run("pool", "x.npy", "x.npy", "--kernel", 2)[0] == 0
    np.testing.assert_array_equal(np.load("x.npy"), cypool.max_pool(X, 2))


def test_pool_writes_through_a_symbolic_link(run):
    np.save("in.npy", X)
    os.symlink("real.npy", "link.npy")
    assert run("pool", "in.npy", "link.npy", "--kernel", 2)[0] == 0
    assert os.path.islink("link.npy")
    assert np.load("real.npy").shape == (3, 4, 5)


def test_pool_takes_arrays_without_elements(run):
    np.save("in.npy", np.zeros((0, 4, 4), np.int16))
    assert run("pool", "in.npy", "out.npy", "--kernel", 2)[0] == 0
    y = np.load("out.npy")
    assert (y.shape, y.dtype) == ((0, 2, 2), np.int16)


def test_pool_says_what_it_did_when_asked(run):
    np.save("in.npy", X)
    assert run("pool", "in.npy", "out.npy", "--kernel", 2, "-v")[1] == "max: in.npy (3, 8, 10) float32 -> out.npy (3, 4, 5) float32\n"


def test_an_array_larger_than_the_memory_allowed_goes_through(tmp_path):
    x = np.lib.format.open_memmap(tmp_path / "in.npy", "w+", np.uint8, (4, 1 << 13, 1 << 14))  # 512 MiB, sparse on disk
    x[3, -1, -1] = 7
    del x
    limit = 256 << 20
    done = shell(
        "pool", "in.npy", "out.npy", "--kernel", 64, "--threads", 1, cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)), env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    y = np.load(tmp_path / "out.npy")
    assert y.shape == (4, 128, 256)
    assert y[3, -1, -1] == 7
    assert y.sum() == 7


# ---------------------------------------------------------------- pool: pictures

def noise(shape, dtype=np.uint8):
    return np.random.default_rng(1).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


@pytest.mark.parametrize("channels", [None, 2, 3, 4])
@pytest.mark.parametrize("kind", ["max", "min", "avg"])
def test_pictures_of_8_bits_keep_their_channels(run, channels, kind):
    x = noise((9, 12) if channels is None else (9, 12, channels))
    Image.fromarray(x).save("in.png")
    assert run("pool", "in.png", "out.png", "--kernel", 3, "--kind", kind) == (0, "", "")
    more = {"dtype": np.uint8} if kind == "avg" else {}
    np.testing.assert_array_equal(pixels("out.png"), getattr(cypool, f"{kind}_pool")(x, 3, axes=(0, 1), **more))


@pytest.mark.parametrize("channels", [None, 3, 4])
def test_pictures_of_16_bits_keep_them_all(run, channels):
    x = noise((8, 10) if channels is None else (8, 10, channels), np.uint16)
    _files.write_picture("in.png", x)
    np.testing.assert_array_equal(_files.read_array("in.png")[0], x)
    assert run("pool", "in.png", "out.png", "--kernel", 2, "--kind", "avg")[0] == 0
    np.testing.assert_array_equal(_files.read_array("out.png")[0], cypool.avg_pool(x, 2, axes=(0, 1), dtype=np.uint16))
    assert pixels("out.png").shape[:2] == (4, 5)


def test_sixteen_bit_colour_is_written_as_others_read_it(run):
    x = noise((7, 5, 3), np.uint16)
    _files.write_picture("x.png", x)
    np.testing.assert_array_equal(pixels("x.png"), x >> 8)  # Pillow keeps the high bytes


def test_palettes_become_their_colours(run):
    x = np.zeros((4, 6, 3), np.uint8)
    x[:, 3:] = [10, 200, 30]
    Image.fromarray(x).quantize(2).save("in.gif")
    assert run("pool", "in.gif", "out.png", "--kernel", 2)[0] == 0
    assert pixels("out.png").reshape(-1, 3).max(axis=0).tolist() == [10, 200, 30]


def test_black_and_white_becomes_grey(run):
    Image.fromarray(np.eye(4, dtype=bool)).save("in.png")
    assert run("pool", "in.png", "out.png", "--kernel", 2, "--kind", "avg")[0] == 0
    np.testing.assert_array_equal(pixels("out.png"), [[128, 0], [0, 128]])


def test_ink_becomes_colours(run):
    Image.new("CMYK", (4, 4), (255, 0, 0, 0)).save("in.jpg")
    assert run("pool", "in.jpg", "out.png", "--kernel", 2)[0] == 0
    assert abs(pixels("out.png") - [0, 255, 255]).max() < 60  # cyan
    Image.new("LAB", (4, 4)).save("in.tif")
    code, _, err = run("pool", "in.tif", "out.png", "--kernel", 2)
    assert code == 1
    assert "LAB" in err


def test_16_bit_grey_with_alpha_is_not_read_as_8_bits(run):
    _files.write_picture("in.png", noise((4, 4, 2), np.uint16))
    code, _, err = run("pool", "in.png", "out.npy", "--kernel", 2)
    assert code == 1
    assert is_one_line(err)
    assert "16-bit grey with alpha" in err


def test_only_the_first_frame_is_pooled_and_that_is_said(run):
    frames = [Image.fromarray(np.full((4, 4), v, np.uint8)) for v in (10, 20)]
    frames[0].save("in.tif", save_all=True, append_images=frames[1:])
    assert run("pool", "in.tif", "out.png", "--kernel", 4) == (0, "", "cypool: note: in.tif: only the first of 2 frames\n")
    assert pixels("out.png").tolist() == [[10]]


def test_a_turned_photograph_is_pooled_upright(run):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(noise((16, 32, 3))).save("in.jpg", exif=exif)
    assert run("pool", "in.jpg", "out.png", "--kernel", 4)[0] == 0
    assert pixels("out.png").shape == (8, 4, 3)


def test_numbers_no_picture_holds_go_into_npy(run):
    x = noise((8, 8, 3))
    Image.fromarray(x).save("in.png")
    code, _, err = run("pool", "in.png", "out.png", "--kernel", 2, "--kind", "sum")
    assert code == 1
    assert ".npy" in err
    assert run("pool", "in.png", "out.npy", "--kernel", 2, "--kind", "sum")[0] == 0
    np.testing.assert_array_equal(np.load("out.npy"), cypool.sum_pool(x, 2, axes=(0, 1)))
    assert run("pool", "in.png", "out.tif", "--kernel", 2, "--kind", "lp", "--dtype", "float32")[0] == 1  # three channels of floats
    Image.fromarray(x[..., 0]).save("in.png")
    assert run("pool", "in.png", "out.tif", "--kernel", 2, "--kind", "lp", "--dtype", "float32")[0] == 0
    np.testing.assert_array_equal(pixels("out.tif"), cypool.lp_pool(x[..., 0], 2, dtype=np.float32))


# ---------------------------------------------------------------- pool: files that are not what they should be

def bad_files():
    np.save("good.npy", X)
    Image.fromarray(noise((40, 40, 3))).save("good.png")
    with open("good.npy", "rb") as npy, open("good.png", "rb") as png:
        whole, picture = npy.read(), png.read()
    contents = {
        "empty.npy": b"", "short.npy": whole[:200], "header.npy": whole[:20], "text.npy": b"hello, world", "empty.png": b"",
        "short.png": picture[: len(picture) // 2], "text.png": b"hello", "data.csv": b"1,2\n3,4\n",
        "huge.npy": whole.replace(b"(3, 8, 10), }", b"(333333333,)}"),
        "open.npy": whole.replace(b"(3, 8, 10), }", b"(3333333333,)"), "evil.npy": whole.replace(b"'<f4'", b"print"),
    }
    for name, content in contents.items():
        with open(name, "wb") as file:
            file.write(content)
    np.save("object.npy", np.array([{}, None]), allow_pickle=True)
    np.save("complex.npy", np.zeros((4, 4), complex))
    np.save("text_array.npy", np.array([["a", "b"], ["c", "d"]]))
    np.save("scalar.npy", np.float32(1))
    np.savez("several.npz", x=X)
    os.mkdir("folder.npy")


@pytest.mark.parametrize("name", [
    "missing.npy", "missing.png", "empty.npy", "short.npy", "header.npy", "text.npy", "empty.png", "short.png", "text.png", "data.csv",
    "huge.npy", "open.npy", "evil.npy", "object.npy", "complex.npy", "text_array.npy", "scalar.npy", "several.npz", "folder.npy", "",
])
def test_a_bad_input_is_one_line_and_writes_nothing(run, name):
    bad_files()
    with open("out.npy", "wb") as file:
        file.write(b"precious")
    code, out, err = run("pool", name, "out.npy", "--kernel", 2)
    assert (code, out) == (1, "")
    assert is_one_line(err)
    with open("out.npy", "rb") as file:
        assert file.read() == b"precious"
    assert not [f for f in os.listdir() if f.startswith(".")]


@pytest.mark.parametrize(("change", "line", "words"), [
    (lambda patch: patch.setattr(_files, "open_memmap", out_of_memory), "good.npy out.npy", "not enough memory: 9 GiB"),
    (lambda patch: patch.setattr(Image, "MAX_IMAGE_PIXELS", 100), "good.png out.png", "good.png: .*decompression bomb"),
    (lambda patch: patch.setattr(os, "access", lambda path, mode: False), "good.npy good.npy", "good.npy: permission denied"),
    (lambda patch: patch.setitem(sys.modules, "PIL", None), "good.png out.png", "pip install 'cypool.demo.'"),
    (lambda patch: None, "grey.png out.psd", "cannot write .psd"),
])
def test_a_machine_that_says_no_is_one_line(run, monkeypatch, change, line, words):
    bad_files()
    Image.fromarray(noise((40, 40))).save("grey.png")
    before = sorted(os.listdir())
    change(monkeypatch)
    code, out, err = run("pool", *line.split(), "--kernel", 2)
    assert (code, out) == (1, "")
    assert is_one_line(err)
    assert re.search(words, err)
    assert sorted(os.listdir()) == before


def out_of_memory(*args, **options):
    raise MemoryError("9 GiB")


@pytest.mark.parametrize("name", ["folder.npy", "no/such/folder/out.npy", "out.docx", "out", "out.npz", "good.npy/out.npy", "out.jpg", ""])
def test_a_bad_output_is_one_line(run, name):
    bad_files()
    before = sorted(os.listdir())
    code, out, err = run("pool", "good.npy", name, "--kernel", 2)
    assert (code, out) == (1, "")
    assert is_one_line(err)
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize(("options", "word"), [
    ("--kernel 0", "kernel_size"), ("--kernel 99", "kernel_size"), ("--kernel 2 --stride 0", "stride"), ("--kernel 2 --padding -1", "padding"),
    ("--kernel 2 --axes 7", "axes"), ("--kernel 2,2,2,2", "axes"), ("--kernel 2 --dilation 0", "dilation"), ("--kind lp --kernel 2 --p -1", "p "),
    ("--kernel 2 --kind avg --dtype complex64", "dtype"), ("--kernel 2 --kind avg --dtype object", "dtype"),
])
def test_the_library_names_the_argument_that_is_wrong(run, options, word):
    np.save("in.npy", X)
    code, out, err = run("pool", "in.npy", "out.npy", *options.split())
    assert (code, out) == (1, "")
    assert is_one_line(err)
    assert word in err
    assert os.listdir() == ["in.npy"]


def test_an_interrupted_run_leaves_the_old_output(run, monkeypatch):
    np.save("in.npy", X)
    np.save("out.npy", X)

    def interrupted(*args, out=None, **options):
        if out is None:
            return cypool.max_pool(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setitem(main.__globals__["POOLS"], "max", interrupted)
    assert run("pool", "in.npy", "out.npy", "--kernel", 2) == (130, "", "")
    np.testing.assert_array_equal(np.load("out.npy"), X)
    assert sorted(os.listdir()) == ["in.npy", "out.npy"]


# ---------------------------------------------------------------- demo

def test_the_demo_pools_a_photograph_and_draws_it(tmp_path):
    done = shell("demo", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "grace_hopper.jpg: 600 x 512 x 3 uint8, windows of 8 x 8, 1 thread"
    table = [re.split(r" {2,}", line) for line in lines[1:6]]
    assert [row[0] for row in table] == ["kind", "max", "min", "avg", "L2"]
    assert [row[1] for row in table[1:]] == ["75 x 64 x 3 uint8"] * 3 + ["75 x 64 x 3 float64"]
    assert [row[-1] for row in table[1:]] == ["yes"] * 4
    assert lines[6:] == ["figure: cypool-demo.png"]
    figure = pixels(tmp_path / "cypool-demo.png", "RGB")
    height, width, _ = figure.shape
    assert width >= 1000
    assert 400 <= height <= width
    assert figure.std() > 40
    assert len(np.unique(figure.reshape(-1, 3), axis=0)) > 5000  # a photograph, not a drawing
    light = [figure[: height // 2, width * i // 5 : width * (i + 1) // 5].mean() for i in range(5)]
    assert light[2] < light[3] < light[1]  # min, avg, max
    orange = (abs(figure - [255, 176, 0]) < 30).all(axis=2)
    assert orange[height // 2 :].sum() > 1000  # the windows of the detail


def test_the_demo_takes_any_picture_and_any_format(run):
    Image.fromarray(noise((33, 50, 4))).save("in.png")
    code, out, err = run("demo", "in.png", "--output", "out.svg", "--kernel", 5, "--threads", 1)
    assert (code, err) == (0, "")
    assert "6 x 10 x 3 uint8" in out
    assert "NO" not in out
    assert xml.etree.ElementTree.parse("out.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize("line", [
    "demo missing.png", "demo good.npy", "demo text.png", "demo deep.png", "demo good.png -o out.docx", "demo good.png -o folder.npy/no/out.png",
    "demo good.png --kernel 41",
])
def test_a_demo_that_cannot_be_is_one_line(run, line):
    bad_files()
    Image.fromarray(noise((9, 9), np.uint16)).save("deep.png")
    code, _, err = run(*line.split())
    assert code == 1
    assert is_one_line(err)


@pytest.mark.parametrize(("shape", "said"), [((20, 30), "4 x 6 uint8"), ((20, 30, 2), "4 x 6 uint8"), ((20, 30, 4), "4 x 6 x 3 uint8")])
def test_the_demo_takes_grey_and_leaves_alpha_out(run, shape, said):
    Image.fromarray(noise(shape)).save("in.png")
    code, out, _ = run("demo", "in.png", "--kernel", 5)
    assert code == 0
    assert said in out
    assert os.path.exists("cypool-demo.png")


def test_a_demo_without_matplotlib_or_its_photograph_is_one_line(run, monkeypatch):
    Image.fromarray(noise((9, 9))).save("in.png")
    with monkeypatch.context() as patch:
        patch.setattr(os.path, "exists", lambda path: False)
        code, _, err = run("demo")
    assert (code, is_one_line(err), "PICTURE" in err) == (1, True, True)
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    for line in ("demo", "demo in.png --kernel 3"):
        code, _, err = run(*line.split())
        assert (code, is_one_line(err), "pip install 'cypool[demo]'" in err) == (1, True, True)
    assert os.listdir() == ["in.png"]


# ---------------------------------------------------------------- bench

TINY = [_bench.Case(case.op, (1, 2, *(8 for _ in case.kernel)), tuple(min(k, 3) for k in case.kernel), case.stride, min(case.padding, 1), case.dtype)
        for case in _bench.CASES if not case.last and not case.op.startswith(("global", "adaptive"))]
TINY += [_bench.Case("max", (1, 8, 8, 4), (2, 2), (2, 2), last=True), _bench.Case("global avg", (2, 3, 4, 4), (4, 4), (4, 4)),
         _bench.Case("global max", (2, 3, 4, 4), (4, 4), (4, 4)), _bench.Case("adaptive avg", (2, 3, 8, 8), (3, 3), (3, 3)),
         _bench.Case("adaptive max", (2, 3, 8, 8), (3, 3), (3, 3)), _bench.Case("lp2", (2, 3, 8, 8), (3, 3), (2, 2))]


def as_array(result):
    """Return the values, of values and indices the values."""
    result = result.copy_outputs_to_cpu() if hasattr(result, "copy_outputs_to_cpu") else result
    return np.asarray(result[0] if isinstance(result, (tuple, list)) else result, float)


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
@pytest.mark.parametrize("peer", [peer for peer, (module, _) in _bench.PEERS.items() if importlib.util.find_spec(module)])
def test_every_peer_is_asked_for_the_same_values(case, peer):
    _, make = _bench.PEERS[peer]
    x = _bench.make_input(case)
    theirs, ours = make(case, x, 1), _bench.cypool_(case, x, 1)
    if theirs is None:
        return
    theirs, ours = as_array(theirs()), as_array(ours())
    if case.last and peer == "torch":
        theirs = theirs.transpose(0, 2, 3, 1)
    np.testing.assert_allclose(theirs.reshape(ours.shape), ours, rtol=1e-5, atol=1e-5 if case.dtype == "float32" else 1)


def test_bench_prints_a_table_and_draws_a_chart(tmp_path):
    done = shell("bench", "--only", "1x16x32x32", "--rounds", 2, "--threads", 1, "--chart", "chart.png", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    head, row, *_ = done.stdout.splitlines()
    names = re.split(r" {2,}", head)
    assert names[:5] == ["case (times in ms)", "limit", "copy", "cypool", "NumPy"]
    cells = re.split(r" {2,}", row)
    assert len(cells) == len(names)
    assert all(float(cell) > 0 for cell in cells[1:5])
    chart = pixels(tmp_path / "chart.png", "RGB")
    assert chart.shape[1] == 1000
    assert (abs(chart - [0xD1, 0x49, 0x5B]) < 3).all(axis=2).sum() > 300  # cypool's bar


def test_bench_prints_json_and_markdown(tmp_path):
    rows = json.loads(shell("bench", "--only", "global max|1x16", "--rounds", 1, "--json", "--alone", cwd=tmp_path).stdout)
    assert [row["case"] for row in rows] == ["max k2 s2 1x16x32x32 float32", "global max 8x2048x7x7 float32"]
    assert all(set(row["seconds"]) == {"limit", "copy", "cypool"} for row in rows)
    lines = shell("bench", "--only", "1x16", "--rounds", 1, "--markdown", cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith("| case")
    assert set(lines[1]) <= set("|-: ")


@pytest.mark.parametrize("trouble", ["import os; os.abort()", "raise RuntimeError"])
def test_bench_goes_on_without_a_library_that_fails(tmp_path, trouble):
    (tmp_path / "torch.py").write_text(trouble)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = shell("bench", "--only", "1x16", "--rounds", 1, "--json", cwd=tmp_path, env={**os.environ, "PYTHONPATH": path})
    (row,) = json.loads(done.stdout)
    assert "torch" not in row["seconds"]
    assert row["seconds"]["NumPy"] > row["seconds"]["cypool"]


def timed(case, **seconds):
    return {"case": case, "threads": 2, "seconds": {"limit": 0.001, "copy": 0.002, "cypool": 0.004, **seconds}}


def test_bench_marks_what_the_others_cannot_do(run, monkeypatch, capsys):
    rows = [timed("one", NumPy=0.008, torch=0.006), timed("two")]
    monkeypatch.setattr(_bench, "measure", lambda *args: iter(rows))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _bench.bench(_bench.CASES[:2], None, 1, "chart.svg", "json", False)
    out, err = capsys.readouterr()
    assert json.loads(out) == rows
    assert "1/2 one" in err
    assert "2/2 two" in err
    assert err.endswith("\r" + " " * 72 + "\rchart: chart.svg\n")
    _bench.bench(_bench.CASES[:2], 2, 1, None, "text", False)
    head, one, two, _, note = capsys.readouterr().out.splitlines()
    assert re.split(r" {2,}", head) == ["case (times in ms)", "limit", "copy", "cypool", "NumPy", "torch", "x limit", "faster", "than"]
    assert one.split() == ["one", "1", "2", "4", "8", "6", "4.0", "1.5", "torch"]
    assert two.split() == ["two", "1", "2", "4", "-", "-", "4.0", "-", "-"]
    assert note.startswith("2 threads;")
    assert _bench.report([{**timed("two"), "threads": 1}], False).splitlines() == [
        "case (times in ms)  limit  copy  cypool  x limit",
        "two                     1     2       4      4.0",
        "",
        "1 thread; limit: reads the input, writes the output; x limit: cypool's time by that",
    ]
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(_files.FileError, match="matplotlib"):
        _bench.draw(rows, 2)


@pytest.mark.parametrize(("patience", "turns"), [(0, 1), (1e9, 3)])
def test_slow_libraries_get_fewer_turns(monkeypatch, patience, turns):
    rests = []
    monkeypatch.setattr(_bench, "PATIENCE", patience)
    monkeypatch.setattr(_bench.time, "sleep", rests.append)
    (row,) = _bench.measure(TINY[:1], 1, 3, True)
    assert set(row["seconds"]) == {"limit", "copy", "cypool"}
    assert len(rests) == 3 * (1 + turns)


def test_an_interrupted_library_says_nothing(monkeypatch):
    class Pipe:
        def recv(self):
            return TINY[0]

        def send(self, answer):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "dup2", lambda *files: None)  # keeps our own standard error
    assert _bench.worker("copy", 1, Pipe()) is None


def test_bench_without_a_figure_for_cypool_is_an_error():
    with pytest.raises(RuntimeError, match="cypool can't do median"):
        list(_bench.measure([_bench.Case("median", (1, 1, 4, 4), (2, 2), (2, 2))], 1, 1, True))


@pytest.mark.parametrize(("op", "read", "written"), [
    ("max", 4 << 20, 1 << 20), ("argmax", 4 << 20, 5 << 18), ("unpool", 5 << 18, 4 << 20), ("avg backward", 1 << 20, 4 << 20),
    ("adaptive max", 4 << 20, 4 * 4),
])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_limit_moves_the_bytes_of_the_case_and_the_copy_those_of_the_input(monkeypatch, op, read, written, threads):
    case = _bench.Case(op, (1, 1, 1024, 1024), (2, 2), (2, 2))
    x = _bench.make_input(case)
    moved = []
    monkeypatch.setattr(np, "ones", lambda size, dtype: moved.append(np.zeros(size, dtype)) or moved[-1])
    limit = _bench.limit(case, x, threads)
    assert [array.nbytes for array in moved] == [read, written]
    limit()
    assert moved[1].all()
    monkeypatch.setattr(np, "copyto", lambda to, array: moved.append(array))
    _bench.copy(case, x, threads)()
    assert moved[2] is x


def test_bench_names_every_case_once(run):
    code, out, _ = run("bench", "--list")
    assert code == 0
    assert out.splitlines() == sorted({case.name: None for case in _bench.CASES}, key=[case.name for case in _bench.CASES].index)
    assert len(out.splitlines()) == len(_bench.CASES)


def test_every_case_of_bench_is_one_that_cypool_can_do():
    for case in _bench.CASES:
        small = case._replace(shape=tuple(min(n, 4) if a not in case.axes else n for a, n in enumerate(case.shape)))
        if np.prod(small.shape) < 1 << 17:
            assert _bench.cypool_(small, _bench.make_input(small), 1)() is not None
