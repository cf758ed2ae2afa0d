"""Makes golden/delphes.root, a tree as Delphes writes it, golden/trees.root, trees of other habits, and a
.json beside each with numbers that are in it. ROOT itself writes them, uproot reads them back.

In delphes.root class and member names are those of Delphes' classes/DelphesClasses.h, the branches those that
its ExRootTreeWriter makes: a TClonesArray with ROOT's default splitting and buffers of 64000 bytes for each
kind of object, and NAME_size/I beside it. The numbers are made up, one of a kind for each event, object and
member.

Needs PyROOT (pip install root), uproot, awkward and NumPy.
"""

import json
import sys
import tempfile
import zlib
from array import array
from pathlib import Path

import awkward as ak
import numpy as np
import ROOT
import uproot

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
EVENTS = 30

FLOAT, DOUBLE, INT, UINT, LONG = "Float_t", "Double_t", "Int_t", "UInt_t", "Long64_t"
EVENT = {"Number": LONG, "ReadTime": FLOAT, "ProcTime": FLOAT}
ISOLATION = dict.fromkeys(
    ["IsolationVar", "IsolationVarRhoCorr", "SumPtCharged", "SumPtNeutral", "SumPtChargedPU", "SumPt"], FLOAT
)
# Class: its base, its members in order; "T name[n]" is written {name: (T, n)}.
CLASSES = {
    "HepMCEvent": (
        "Event",
        {"ProcessID": INT, "MPI": INT, "Weight": FLOAT, "CrossSection": FLOAT, "CrossSectionError": FLOAT}
        | {"Scale": FLOAT, "AlphaQED": FLOAT, "AlphaQCD": FLOAT, "ID1": INT, "ID2": INT}
        | {"X1": FLOAT, "X2": FLOAT, "ScalePDF": FLOAT, "PDF1": FLOAT, "PDF2": FLOAT},
    ),
    "Weight": ("TObject", {"Weight": FLOAT}),
    "GenParticle": (
        "SortableObject",
        {"PID": INT, "Status": INT, "IsPU": INT, "M1": INT, "M2": INT, "D1": INT, "D2": INT, "Charge": INT}
        | dict.fromkeys(["Mass", "E", "Px", "Py", "Pz", "P", "PT", "Eta", "Phi", "Rapidity"], FLOAT)
        | dict.fromkeys(["T", "X", "Y", "Z"], FLOAT),
    ),
    "MissingET": ("TObject", dict.fromkeys(["MET", "Eta", "Phi"], FLOAT)),
    "ScalarHT": ("TObject", {"HT": FLOAT}),
    "Rho": ("TObject", {"Rho": FLOAT, "Edges": (FLOAT, 2)}),
    "Muon": (
        "SortableObject",
        {"PT": FLOAT, "Eta": FLOAT, "Phi": FLOAT, "T": FLOAT, "Charge": INT, "Particle": "TRef"} | ISOLATION,
    ),
    "Jet": (
        "SortableObject",
        dict.fromkeys(["PT", "Eta", "Phi", "T", "Mass", "DeltaEta", "DeltaPhi"], FLOAT)
        | dict.fromkeys(
            ["Flavor", "FlavorAlgo", "FlavorPhys", "BTag", "BTagAlgo", "BTagPhys", "TauTag"], UINT
        )
        | {"TauWeight": FLOAT, "Charge": INT, "EhadOverEem": FLOAT, "NCharged": INT, "NNeutrals": INT}
        | {"Beta": FLOAT, "BetaStar": FLOAT, "MeanSqDeltaR": FLOAT, "PTD": FLOAT}
        | {"FracPt": (FLOAT, 5), "Tau": (FLOAT, 5), "SoftDroppedJet": "TLorentzVector"}
        | {"TrimmedP4": ("TLorentzVector", 5), "NSubJetsTrimmed": INT, "ExclYmerge23": DOUBLE}
        | {"Constituents": "TRefArray", "Particles": "TRefArray", "Area": "TLorentzVector"},
    ),
    "Tower": (
        "SortableObject",
        {"ET": FLOAT, "Eta": FLOAT, "Phi": FLOAT, "E": FLOAT, "T": FLOAT, "NTimeHits": INT}
        | {"Eem": FLOAT, "Ehad": FLOAT, "Edges": (FLOAT, 4), "Particles": "TRefArray"},
    ),
}
# Branch: class, and how many objects event e has.
BRANCHES = {
    "Event": ("HepMCEvent", lambda e: 1),
    "Weight": ("Weight", lambda e: 3),
    "Particle": ("GenParticle", lambda e: 2 + e % 3),
    "Tower": ("Tower", lambda e: (5 * e) % 13),
    "GenJet": ("Jet", lambda e: (3 * e + 1) % 4),
    "GenMissingET": ("MissingET", lambda e: 1),
    "Jet": ("Jet", lambda e: (7 * e + 2) % 5),
    "Muon": ("Muon", lambda e: e % 3),
    "MissingET": ("MissingET", lambda e: 1),
    "ScalarHT": ("ScalarHT", lambda e: 1),
    "Rho": ("Rho", lambda e: 2),
}
# What the C++ test compares, all numbers of it.
STATED = [
    "Event.Number",
    "Event.Weight",
    "MissingET.MET",
    "Jet.PT",
    "Jet.BTag",
    "Jet.Tau",
    "Jet.ExclYmerge23",
]
STATED += ["Muon.PT", "Muon.Charge", "Tower.ET", "Rho.Edges", "ScalarHT.HT", "Particle.PID"]


def members(name):
    base, own = CLASSES[name]
    return (EVENT if base == "Event" else {}) | own


def declaration():
    """The classes in C++, as Delphes declares them."""
    text = "#include <TLorentzVector.h>\n#include <TObject.h>\n#include <TRef.h>\n#include <TRefArray.h>\n"
    text += "class SortableObject : public TObject { public: ClassDef(SortableObject, 1) };\n"
    text += "class Event : public TObject { public: Long64_t Number; Float_t ReadTime, ProcTime; "
    text += "ClassDef(Event, 1) };\n"
    for name, (base, own) in CLASSES.items():
        text += f"class {name} : public {base} {{ public:\n"
        for member, kind in own.items():
            kind, length = kind if isinstance(kind, tuple) else (kind, 0)
            text += f"  {kind} {member}{f'[{length}]' if length else ''};\n"
        text += f"  ClassDef({name}, 3)\n}};\n"
    links = "".join(f"#pragma link C++ class {name}+;\n" for name in ["SortableObject", "Event", *CLASSES])
    return f"{text}#ifdef __ROOTCLING__\n{links}#endif\n"


def load_classes():
    """Compiled, with dictionaries: interpreted classes would leave out their bases."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "classes.cpp"
        source.write_text(declaration())
        assert ROOT.gSystem.CompileMacro(str(source), "k-") == 1


def number(branch, event, index, member, kind, element=0):
    """Exact in 32 bits, and different for neighbours; whole numbers for integers, some negative."""
    base = zlib.crc32(f"{branch}.{member}".encode()) % 89
    whole = base + 31 * event + 7 * index + 3 * element
    if kind in (UINT, LONG):
        return whole
    return (whole % 101) - 40 if kind == INT else whole / 8 - 20


def numbers(branch, member, kind):
    """Event by event, object by object: a number, or a list for an array."""
    _, count = BRANCHES[branch]
    kind, length = kind if isinstance(kind, tuple) else (kind, 0)
    one = lambda e, i, k=0: number(branch, e, i, member, kind, k)  # noqa: E731
    return [
        [[one(e, i, k) for k in range(length)] if length else one(e, i) for i in range(count(e))]
        for e in range(EVENTS)
    ]


def fill(thing, branch, event, index):
    for member, kind in members(BRANCHES[branch][0]).items():
        kind, length = kind if isinstance(kind, tuple) else (kind, 0)
        if not kind.endswith("_t"):
            continue
        if not length:
            setattr(thing, member, number(branch, event, index, member, kind))
        for k in range(length):
            getattr(thing, member)[k] = number(branch, event, index, member, kind, k)


def write(path):
    load_classes()
    file = ROOT.TFile(str(path), "RECREATE", "", 505)  # zstd
    tree = ROOT.TTree("Delphes", "Analysis tree")
    arrays, sizes = {}, {}
    for branch, (name, _) in BRANCHES.items():
        arrays[branch] = ROOT.TClonesArray(name, 1)
        sizes[branch] = array("i", [0])
        tree.Branch(branch, arrays[branch], 64000, 99)
        tree.Branch(f"{branch}_size", sizes[branch], f"{branch}_size/I")
    for event in range(EVENTS):
        for branch, (_, count) in BRANCHES.items():
            arrays[branch].Clear()
            sizes[branch][0] = count(event)
            for index in range(count(event)):
                fill(arrays[branch].ConstructedAt(index), branch, event, index)
        tree.Fill()
    tree.Write()
    file.Close()


def check(path):
    """uproot, which knows nothing of the classes, must find the same numbers under Delphes' names."""
    tree = uproot.open(path)["Delphes"]
    compared = 0
    for branch, (name, count) in BRANCHES.items():
        assert tree[f"{branch}_size"].array().tolist() == [count(e) for e in range(EVENTS)], branch
        for member, kind in members(name).items():
            if not (kind[0] if isinstance(kind, tuple) else kind).endswith("_t"):
                continue
            length = f"[{kind[1]}]" if isinstance(kind, tuple) else ""
            found = tree[f"{branch}/{branch}.{member}{length}"].array()
            assert ak.to_list(found) == numbers(branch, member, kind), (branch, member)
            compared += 1
    return compared


# ---- trees.root

ROWS = 12
# Leaf type: NumPy's, and the values of row e.
FLAT = {
    "B": ("i1", lambda e: e - 6),
    "b": ("u1", lambda e: 250 - e),
    "S": ("i2", lambda e: -30000 + e),
    "s": ("u2", lambda e: 65000 + e),
    "I": ("i4", lambda e: -(2**24) + e),
    "i": ("u4", lambda e: 2**24 - e),
    "L": ("i8", lambda e: -(2**40) * e),
    "l": ("u8", lambda e: 2**40 * e),
    "F": ("f4", lambda e: [0.25 * e, float("nan"), float("inf"), -float("inf")][e % 4]),
    "D": ("f8", lambda e: 1.5 * e - 4),
    "O": ("?", lambda e: e % 3 == 0),
}
TREES = """
#include <TTree.h>
#include <string>
#include <vector>
struct Pair { float x; int n; };
struct Hit { float charge; int strip; };
struct Vertex { double z; float error[2]; int tracks; };
Vertex vertex;
void add_vertex(TTree& tree) { tree.Branch("vertex.", &vertex); }
"""


def counts_of(step, most):
    return [(step * e) % (most + 1) for e in range(ROWS)]


def members_of(counts, start):
    """start, start + 1/4, …, event by event."""
    total = iter(range(sum(counts)))
    return [[start + next(total) / 4 for _ in range(n)] for n in counts]


def trees_content():
    """Column or group.member: its numbers, as a table has them."""
    columns = {f"flat_{leaf}": [float(value(e)) for e in range(ROWS)] for leaf, (_, value) in FLAT.items()}
    columns |= {f"p4[{k}]": [10.0 * e + k for e in range(ROWS)] for k in range(4)}
    columns |= {"hit.x": [e / 8 for e in range(ROWS)], "hit.n": [float(-e) for e in range(ROWS)]}
    columns |= {"vertex.z": [e / 4 - 1 for e in range(ROWS)], "vertex.tracks": [3.0 * e for e in range(ROWS)]}
    columns |= {f"vertex.error[{k}]": [e / 2 + k for e in range(ROWS)] for k in range(2)}
    columns |= {"weight": [1 + e / 16 for e in range(ROWS)]}
    jets, muons, tracks = counts_of(2, 4), counts_of(1, 2), counts_of(5, 6)
    groups = {
        "Jet": {"pt": members_of(jets, 20), "id": members_of(jets, 0)},
        "mu": {"pt": members_of(muons, 5), "eta": members_of(muons, -2)},
        "mu_trig_pt": {"mu_trig_pt": members_of(tracks, 3)},
        "charges": {"charges": members_of(tracks, -4)},
        "hits": {"charge": members_of(muons, 100), "strip": members_of(jets, 0)},
    }
    groups["Jet"]["id"] = [[round(4 * x) for x in event] for event in groups["Jet"]["id"]]
    groups["charges"]["charges"] = [[round(4 * x) for x in event] for event in groups["charges"]["charges"]]
    groups["Jet"] |= {f"cov[{k}]": [[i + k / 2 for i in range(n)] for n in jets] for k in range(2)}
    groups["hits"]["strip"] = [[3 * i for i in range(n)] for n in muons]
    return columns, groups


def write_trees(path):
    ROOT.gInterpreter.Declare(TREES)
    columns, groups = trees_content()
    file = ROOT.TFile(str(path), "RECREATE")
    tree = ROOT.TTree("events", "events")
    flat = {leaf: np.zeros(1, kind) for leaf, (kind, _) in FLAT.items()}
    for leaf, room in flat.items():
        tree.Branch(f"flat_{leaf}", room, f"flat_{leaf}/{leaf}")
    p4, weight, pair = np.zeros(4), np.zeros(1, "f4"), ROOT.Pair()
    tree.Branch("p4", p4, "p4[4]/D")
    tree.Branch("weight", weight, "weight/F")
    tree.Branch("hit", pair, "x/F:n/I")
    vertex = ROOT.vertex
    ROOT.add_vertex(tree)
    number, pt, ids, cov = np.zeros(1, "i4"), np.zeros(8, "f4"), np.zeros(8, "i4"), np.zeros(16, "f4")
    tree.Branch("nJet", number, "nJet/I")
    tree.Branch("Jet_pt", pt, "Jet_pt[nJet]/F")
    tree.Branch("Jet_id", ids, "Jet_id[nJet]/I")
    tree.Branch("Jet_cov", cov, "Jet_cov[nJet][2]/F")
    vectors = {"mu_pt": "float", "mu_eta": "double", "mu_trig_pt": "float", "charges": "int"}
    vectors = {name: ROOT.std.vector(kind)() for name, kind in vectors.items()}
    for name, vector in vectors.items():
        tree.Branch(name, vector)
    nested, text, hits = (
        ROOT.std.vector("std::vector<float>")(),
        ROOT.std.string("text"),
        ROOT.std.vector("Hit")(),
    )
    tree.Branch("nested", nested)
    tree.Branch("text", text)
    tree.Branch("hits", hits)
    for e in range(ROWS):
        for leaf, (_, value) in FLAT.items():
            flat[leaf][0] = value(e)
        p4[:] = [columns[f"p4[{k}]"][e] for k in range(4)]
        weight[0], pair.x, pair.n = columns["weight"][e], columns["hit.x"][e], int(columns["hit.n"][e])
        vertex.z, vertex.tracks = columns["vertex.z"][e], int(columns["vertex.tracks"][e])
        vertex.error[0], vertex.error[1] = columns["vertex.error[0]"][e], columns["vertex.error[1]"][e]
        jets = groups["Jet"]
        number[0] = n = len(jets["pt"][e])
        pt[:n], ids[:n] = jets["pt"][e], jets["id"][e]
        cov[: 2 * n : 2], cov[1 : 2 * n : 2] = jets["cov[0]"][e], jets["cov[1]"][e]
        for name, vector in vectors.items():
            group, member = ("mu", name[3:]) if name in ("mu_pt", "mu_eta") else (name, name)
            vector.assign(groups[group][member][e])
        hits.clear()
        for charge, strip in zip(groups["hits"]["charge"][e], groups["hits"]["strip"][e], strict=True):
            hits.push_back(ROOT.Hit(charge, strip))
        tree.Fill()
    tree.Write()
    file.mkdir("folder").cd()
    other = ROOT.TTree("small", "small")
    other.Branch("x", weight, "x/F")
    other.Fill()
    other.Write()
    file.Close()


def check_trees(path):
    tree = uproot.open(path)["events"]
    columns, groups = trees_content()
    assert tree["p4"].array().tolist() == [[columns[f"p4[{k}]"][e] for k in range(4)] for e in range(ROWS)]
    assert tree["Jet_pt"].array().tolist() == groups["Jet"]["pt"]
    assert tree["mu_eta"].array().tolist() == groups["mu"]["eta"]
    assert tree["vertex./vertex.z"].array().tolist() == columns["vertex.z"]
    assert tree["hits/hits.charge"].array().tolist() == groups["hits"]["charge"]
    for leaf in FLAT:
        np.testing.assert_array_equal(tree[f"flat_{leaf}"].array(), columns[f"flat_{leaf}"])


def write_json(path, **content):
    made_with = f"ROOT {ROOT.gROOT.GetVersion()}, read by uproot {uproot.__version__}"
    path.write_text(json.dumps({"made_with": made_with} | content, separators=(",", ":")) + "\n")


def main():
    write_trees(GOLDEN / "trees.root")
    check_trees(GOLDEN / "trees.root")
    columns, groups = trees_content()
    # JSON has neither NaN nor infinities.
    columns = {name: [x if np.isfinite(x) else str(x) for x in values] for name, values in columns.items()}
    write_json(GOLDEN / "trees.json", columns=columns, groups=groups)
    root, stated = GOLDEN / "delphes.root", {}
    write(root)
    compared = check(root)
    for name in STATED:
        branch, member = name.split(".")
        stated[name] = numbers(branch, member, members(BRANCHES[branch][0])[member])
    write_json(GOLDEN / "delphes.json", events=EVENTS, numbers=stated)
    print(f"{root.name}: {root.stat().st_size} bytes, {compared} branches agree with uproot", file=sys.stderr)


if __name__ == "__main__":
    main()
