"""The offices of the example province: which agencies there are, and what they run where.

Lives here: tables, and nothing that computes. Must not live here: lines, contracts, coordinates (see
``generate``). Names of agencies and regional offices follow the province's public lists of about 2020
to 2026 as roles, without persons; service units and addresses are made up, and so is who is connected how.
"""

from __future__ import annotations

__all__ = ["BIRO", "CADISDIK", "HOSPITALS", "IMPORTANT", "OPD", "SAMSAT", "SATPEL", "UPTD_REGIONAL", "UPTD_SINGLE"]

#: Id and name of the 38 agencies: secretariats and oversight, badan, dinas.
OPD = {
    "setda": "Sekretariat Daerah",
    "setwan": "Sekretariat DPRD",
    "inspektorat": "Inspektorat Daerah",
    "satpolpp": "Satuan Polisi Pamong Praja",
    "bappeda": "Badan Perencanaan Pembangunan Daerah",
    "bkd": "Badan Kepegawaian Daerah",
    "bakesbangpol": "Badan Kesatuan Bangsa dan Politik",
    "bpbd": "Badan Penanggulangan Bencana Daerah",
    "bapenda": "Badan Pendapatan Daerah",
    "bp2d": "Badan Penelitian dan Pengembangan Daerah",
    "bpkad": "Badan Pengelolaan Keuangan dan Aset Daerah",
    "bpsdm": "Badan Pengembangan Sumber Daya Manusia",
    "badan-penghubung": "Badan Penghubung",
    "dbmpr": "Dinas Bina Marga dan Penataan Ruang",
    "desdm": "Dinas Energi dan Sumber Daya Mineral",
    "dishut": "Dinas Kehutanan",
    "dkp": "Dinas Kelautan dan Perikanan",
    "disdukcapil": "Dinas Kependudukan dan Pencatatan Sipil",
    "dinkes": "Dinas Kesehatan",
    "dkpp": "Dinas Ketahanan Pangan dan Peternakan",
    "diskominfo": "Dinas Komunikasi dan Informatika",
    "diskuk": "Dinas Koperasi dan Usaha Kecil",
    "dlh": "Dinas Lingkungan Hidup",
    "disparbud": "Dinas Pariwisata dan Kebudayaan",
    "dpmd": "Dinas Pemberdayaan Masyarakat dan Desa",
    "dp3akb": "Dinas Pemberdayaan Perempuan, Perlindungan Anak dan Keluarga Berencana",
    "dispora": "Dinas Pemuda dan Olahraga",
    "dpmptsp": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "disdik": "Dinas Pendidikan",
    "dishub": "Dinas Perhubungan",
    "disperindag": "Dinas Perindustrian dan Perdagangan",
    "disbun": "Dinas Perkebunan",
    "disperpusip": "Dinas Perpustakaan dan Kearsipan Daerah",
    "disperkim": "Dinas Perumahan dan Permukiman",
    "dinsos": "Dinas Sosial",
    "dsda": "Dinas Sumber Daya Air",
    "distanhor": "Dinas Tanaman Pangan dan Hortikultura",
    "disnakertrans": "Dinas Tenaga Kerja dan Transmigrasi",
}

#: Bureaus of the secretariat that sit in offices of their own.
BIRO = {
    "investasi": "Biro BUMD, Investasi dan Administrasi Pembangunan",
    "hukham": "Biro Hukum dan HAM",
    "umum": "Biro Umum",
    "kesra": "Biro Kesejahteraan Rakyat",
    "organisasi": "Biro Organisasi",
    "pemotda": "Biro Pemerintahan dan Otonomi Daerah",
    "perekonomian": "Biro Perekonomian",
}

#: Agencies whose head office has a second line.
IMPORTANT = ("setda", "setwan", "bkd", "bpbd", "bapenda", "bpkad", "dinkes", "diskominfo", "dpmptsp", "disdik")

#: Vehicle tax offices: what follows "UPTD PPD Wilayah", and the code of the kabupaten or kota.
SAMSAT = (
    ("Kabupaten Indramayu I", "32.12"),
    ("Kabupaten Indramayu II Haurgeulis", "32.12"),
    ("Kabupaten Kuningan", "32.08"),
    ("Kabupaten Majalengka", "32.10"),
    ("Kabupaten Bogor", "32.01"),
    ("Kabupaten Sukabumi I Cibadak", "32.02"),
    ("Kabupaten Sukabumi II Pelabuhan Ratu", "32.02"),
    ("Kabupaten Cianjur", "32.03"),
    ("Kabupaten Bekasi", "32.16"),
    ("Kabupaten Karawang", "32.15"),
    ("Kabupaten Purwakarta", "32.14"),
    ("Kabupaten Subang", "32.13"),
    ("Kabupaten Cirebon I Sumber", "32.09"),
    ("Kabupaten Cirebon II Ciledug", "32.09"),
    ("Kabupaten Bandung Barat", "32.17"),
    ("Kabupaten Bandung I Rancaekek", "32.04"),
    ("Kabupaten Bandung II Soreang", "32.04"),
    ("Kabupaten Sumedang", "32.11"),
    ("Kabupaten Garut", "32.05"),
    ("Kabupaten Tasikmalaya", "32.06"),
    ("Kabupaten Ciamis", "32.07"),
    ("Kabupaten Pangandaran", "32.18"),
    ("Kota Depok I", "32.76"),
    ("Kota Depok II Cinere", "32.76"),
    ("Kota Bogor", "32.71"),
    ("Kota Sukabumi", "32.72"),
    ("Kota Bekasi", "32.75"),
    ("Kota Cirebon", "32.74"),
    ("Kota Bandung I Pajajaran", "32.73"),
    ("Kota Bandung II Kawaluyaan", "32.73"),
    ("Kota Bandung III Soekarno Hatta", "32.73"),
    ("Kota Tasikmalaya", "32.78"),
    ("Kota Cimahi", "32.77"),
    ("Kota Banjar", "32.79"),
)

#: Seats of the regional education offices I to XIII.
CADISDIK = (
    "32.01",
    "32.71",
    "32.16",
    "32.15",
    "32.72",
    "32.03",
    "32.73",
    "32.04",
    "32.12",
    "32.74",
    "32.05",
    "32.78",
    "32.07",
)

#: Id, name and code of the hospitals.
HOSPITALS = (
    ("rsud-al-ihsan", "RSUD Al Ihsan", "32.04"),
    ("rs-jiwa", "RS Jiwa", "32.17"),
    ("rs-paru", "RS Paru", "32.09"),
    ("rsud-jampangkulon", "RSUD Jampangkulon", "32.02"),
    ("rsud-pameungpeuk", "RSUD Pameungpeuk", "32.05"),
    ("rs-kesehatan-kerja", "RS Kesehatan Kerja", "32.04"),
)

#: Units with several regional offices: agency, id, name before "Wilayah", how many.
UPTD_REGIONAL = (
    ("dishut", "cdk", "Cabang Dinas Kehutanan", 9),
    ("desdm", "cabdin-esdm", "Cabang Dinas Energi dan Sumber Daya Mineral", 7),
    ("dbmpr", "pjj", "UPTD Pengelolaan Jalan dan Jembatan", 6),
    ("dsda", "psda", "UPTD Pengelolaan Sumber Daya Air", 6),
    ("disnakertrans", "wasnaker", "UPTD Pengawasan Ketenagakerjaan", 5),
    ("dishub", "prasarana", "UPTD Pengelolaan Prasarana Perhubungan", 4),
    ("dkp", "cdkp", "Cabang Dinas Kelautan dan Perikanan", 3),
    ("distanhor", "proteksi", "UPTD Balai Proteksi Tanaman", 7),
    ("dkpp", "balai-keswan", "UPTD Balai Kesehatan Hewan", 5),
    ("dinsos", "ppsos", "UPTD Pusat Pelayanan Sosial", 8),
    ("disbun", "proteksi-kebun", "UPTD Balai Perlindungan Perkebunan", 4),
    ("disperkim", "perumahan", "UPTD Pengelolaan Perumahan", 4),
    ("dlh", "lingkungan", "UPTD Pengendalian Lingkungan", 4),
    ("diskuk", "latih-koperasi", "UPTD Pelatihan Koperasi dan Usaha Kecil", 3),
    ("dp3akb", "ppa", "UPTD Perlindungan Perempuan dan Anak", 5),
    ("bpkad", "aset", "UPTD Pengelolaan Aset", 5),
    ("dpmptsp", "gerai", "Gerai Pelayanan Perizinan", 5),
)

#: Units with one office: agency, id, name, code.
UPTD_SINGLE = (
    ("diskominfo", "jds", "UPTD Pusat Layanan Digital, Data dan Informasi Geospasial", "32.73"),
    ("dinkes", "labkes", "UPTD Laboratorium Kesehatan", "32.73"),
    ("dinkes", "latkes", "UPTD Pelatihan Kesehatan", "32.73"),
    ("dinkes", "klinik-grha-atma", "Klinik Utama Grha Atma", "32.73"),
    ("dishut", "tahura-djuanda", "UPTD Taman Hutan Raya Djuanda", "32.73"),
    ("dishut", "benih-hutan", "UPTD Balai Perbenihan Tanaman Hutan", "32.11"),
    ("disparbud", "kebudayaan", "UPTD Pengelolaan Kebudayaan Daerah", "32.73"),
    ("disparbud", "museum", "UPTD Museum Daerah", "32.73"),
    ("disparbud", "destinasi", "UPTD Pengelolaan Destinasi Pariwisata", "32.18"),
    ("disperpusip", "perpustakaan", "UPTD Layanan Perpustakaan", "32.73"),
    ("disperpusip", "arsip", "UPTD Depo Arsip Daerah", "32.04"),
    ("dispora", "sarana-olahraga", "UPTD Pengelolaan Sarana Olahraga", "32.73"),
    ("dispora", "pelajar-olahraga", "UPTD Pelatihan Olahraga Pelajar", "32.73"),
    ("dlh", "lab-lingkungan", "UPTD Laboratorium Lingkungan", "32.73"),
    ("dlh", "sampah-barat", "UPTD Pengolahan Sampah Regional Barat", "32.17"),
    ("dlh", "sampah-utara", "UPTD Pengolahan Sampah Regional Utara", "32.01"),
    ("dlh", "sampah-timur", "UPTD Pengolahan Sampah Regional Timur", "32.10"),
    ("disnakertrans", "latih-industri", "UPTD Balai Latihan Kerja Industri", "32.16"),
    ("disnakertrans", "latih-tani", "UPTD Balai Latihan Kerja Pertanian", "32.11"),
    ("disnakertrans", "k3", "UPTD Keselamatan dan Kesehatan Kerja", "32.15"),
    ("disperindag", "logam", "UPTD Industri Logam", "32.73"),
    ("disperindag", "pangan-kemasan", "UPTD Industri Pangan, Olahan dan Kemasan", "32.73"),
    ("disperindag", "kerajinan", "UPTD Balai Kerajinan", "32.78"),
    ("disperindag", "mutu-barang", "UPTD Pengujian dan Sertifikasi Mutu Barang", "32.73"),
    ("distanhor", "benih-padi", "UPTD Balai Benih Padi", "32.13"),
    ("distanhor", "benih-palawija", "UPTD Balai Benih Palawija", "32.10"),
    ("distanhor", "benih-horti", "UPTD Balai Benih Hortikultura", "32.03"),
    ("distanhor", "sertifikasi-benih", "UPTD Pengawasan dan Sertifikasi Benih", "32.73"),
    ("distanhor", "latih-tani-horti", "UPTD Pelatihan Pertanian", "32.03"),
    ("dkpp", "lab-hewan", "UPTD Laboratorium Kesehatan Hewan", "32.17"),
    ("dkpp", "ternak-domba", "UPTD Pembibitan Ternak Domba", "32.05"),
    ("dkpp", "sapi-potong", "UPTD Pembibitan Sapi Potong", "32.07"),
    ("dkpp", "inseminasi", "UPTD Inseminasi Buatan", "32.17"),
    ("disbun", "benih-kebun", "UPTD Balai Benih Perkebunan", "32.13"),
    ("dkp", "air-tawar", "UPTD Budidaya Air Tawar", "32.03"),
    ("dkp", "air-payau", "UPTD Budidaya Air Payau", "32.15"),
    ("dkp", "budidaya-laut", "UPTD Budidaya Laut", "32.18"),
    ("dkp", "mutu-ikan", "UPTD Pengujian Mutu Hasil Perikanan", "32.74"),
    ("dbmpr", "uji-bahan", "UPTD Pengujian Bahan Jalan dan Bangunan", "32.73"),
    ("dbmpr", "peralatan", "UPTD Pengelolaan Peralatan", "32.04"),
    ("desdm", "lab-mineral", "UPTD Laboratorium Geologi dan Mineral", "32.73"),
    ("bkd", "kompetensi", "UPTD Penilaian Kompetensi Pegawai", "32.77"),
    ("bpsdm", "latih-pimpinan", "UPTD Pelatihan Kepemimpinan", "32.77"),
    ("bpbd", "pusdalops", "Pusat Pengendalian Operasi Penanggulangan Bencana", "32.73"),
    ("bpbd", "logistik", "Gudang Logistik Penanggulangan Bencana", "32.04"),
    ("disdik", "tik-pendidikan", "UPTD Teknologi Informasi Pendidikan", "32.73"),
    ("dinsos", "griya-lansia", "UPTD Griya Lanjut Usia", "32.04"),
    ("dinsos", "disabilitas", "UPTD Pelayanan Disabilitas", "32.77"),
    ("dishub", "angkutan", "UPTD Angkutan Perkotaan", "32.73"),
    ("bapenda", "data-pendapatan", "UPTD Pusat Data Pendapatan", "32.73"),
)

#: Service units that every kabupaten and kota has: agency, id, name; and, of the last, how many there are.
SATPEL = (
    ("bapenda", "samsat", "Samsat Outlet"),
    ("distanhor", "tanaman", "Satuan Pelayanan Proteksi Tanaman"),
    ("dkpp", "keswan", "Satuan Pelayanan Kesehatan Hewan"),
    ("dishub", "perhubungan", "Satuan Pelayanan Prasarana Perhubungan"),
    ("dsda", "irigasi", "Satuan Pelayanan Irigasi"),
    ("dbmpr", "jalan", "Satuan Pelayanan Jalan dan Jembatan"),
    ("disnakertrans", "naker", "Satuan Pelayanan Pengawasan Ketenagakerjaan"),
    ("dinsos", "sosial", "Satuan Pelayanan Sosial"),
)
