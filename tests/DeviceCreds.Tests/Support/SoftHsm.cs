using System.Diagnostics;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;

namespace DeviceCreds.Tests;

/// <summary>
/// SoftHSM 2 with tokens of the tests' own. The tests speak to it through a library that passes every call on, or answers it
/// as a test wants: with a lost session, a locked PIN, a missing mechanism.
/// </summary>
sealed class SoftHsm
{
    public const string Pin = "4729-pin";

    static readonly string[] Candidates = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so"];

    // Calls by their place in CK_FUNCTION_LIST.
    public const int GetTokenInfo = 6, GetMechanismList = 7, OpenSession = 12, Login = 18, CreateObject = 20, SignInit =
        42, Sign = 43, GenerateKeyPair = 59;

    /// <summary>What stands between: a copy of the library's function list whose entries can be told what to answer.</summary>
    const string Between = """
        #include <dlfcn.h>
        #include <stddef.h>
        #include <string.h>
        typedef unsigned long rv;
        typedef rv (*call)(long, long, long, long, long, long, long, long);
        struct list { unsigned char version[8]; call f[68]; };
        static struct list *real; static struct list mine;
        static rv answers[68]; static int times[68]; static int calls[68]; static int hashes;
        static rv pass(int n, long a, long b, long c, long d, long e, long f, long g, long h) {
            __sync_fetch_and_add(&calls[n], 1);
            if (times[n] != 0) { if (times[n] > 0) times[n]--; return answers[n]; }
            if (hashes && n == 7) { /* C_GetMechanismList: CKM_ECDSA is offered as CKM_ECDSA_SHA256, or not at all */
                rv r = real->f[n](a, b, c, d, e, f, g, h);
                unsigned long *offered = (unsigned long *)b;
                if (r == 0 && b) for (unsigned long i = 0; i < *(unsigned long *)c; i++)
                    if (offered[i] == 0x1041) offered[i] = hashes == 1 ? 0x1044 : 0x80001041;
                return r;
            }
            if (hashes == 1 && n == 42) { unsigned long *m = (unsigned long *)b; if (m[0] == 0x1044) m[0] = 0x1041; }
            if (hashes == 1 && n == 43) { /* C_Sign: the token hashes */
                unsigned char digest[32]; unsigned long size = 32, s, m[3] = { 0x250, 0, 0 }; rv r;
                struct slot { unsigned long id, state, flags, error; } info;
                real->f[15](a, (long)&info, 0, 0, 0, 0, 0, 0);
                if ((r = real->f[12](info.id, 4, 0, 0, (long)&s, 0, 0, 0)) != 0) return r;
                real->f[37](s, (long)m, 0, 0, 0, 0, 0, 0);
                if ((char *)d) real->f[38](s, b, c, (long)digest, (long)&size, 0, 0, 0);
                real->f[13](s, 0, 0, 0, 0, 0, 0, 0);
                return real->f[43](a, (long)digest, 32, d, e, 0, 0, 0);
            }
            return real->f[n](a, b, c, d, e, f, g, h);
        }
        #define W(n) static rv w##n(long a, long b, long c, long d, long e, long f, long g, long h) { \
            return pass(n, a, b, c, d, e, f, g, h); }
        #define T(x) W(x##0) W(x##1) W(x##2) W(x##3) W(x##4) W(x##5) W(x##6) W(x##7) W(x##8) W(x##9)
        W(0) W(1) W(2) W(3) W(4) W(5) W(6) W(7) W(8) W(9) T(1) T(2) T(3) T(4) T(5) W(60) W(61) W(62) W(63) W(64) W(65) W(66) W(67)
        #define N(x) w##x##0, w##x##1, w##x##2, w##x##3, w##x##4, w##x##5, w##x##6, w##x##7, w##x##8, w##x##9
        static call wrapped[68] = { w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, N(1), N(2), N(3), N(4), N(5),
            w60, w61, w62, w63, w64, w65, w66, w67 };
        rv C_GetFunctionList(struct list **out) {
            if (!real) {
                void *library = dlopen(LIBRARY, RTLD_NOW);
                if (!library) return 5;
                rv (*get)(struct list **) = (rv (*)(struct list **))dlsym(library, "C_GetFunctionList");
                rv r = get(&real);
                if (r) return r;
                memcpy(mine.version, real->version, sizeof mine.version);
                memcpy(mine.f, wrapped, sizeof wrapped);
                mine.f[3] = (call)C_GetFunctionList;
            }
            *out = &mine;
            return 0;
        }
        void answer(int n, rv value, int count) { answers[n] = value; times[n] = count; }
        void hash(int how) { hashes = how; }
        int called(int n) { return calls[n]; }
        """;

    static readonly Lock Gate = new();
    static SoftHsm? instance;

    readonly string _folder;
    readonly IntPtr _between;

    /// <summary>The one SoftHSM of the process; a test without it is skipped.</summary>
    public static SoftHsm Start()
    {
        Tool.Require("softhsm2-util");
        Tool.Require("pkcs11-tool");
        Tool.Require("gcc");
        if (!Candidates.Any(File.Exists)) Assert.Skip("libsofthsm2.so not found");
        lock (Gate) return instance ??= new SoftHsm(Candidates.First(File.Exists));
    }

    SoftHsm(string real)
    {
        Real = real;
        _folder = Directory.CreateTempSubdirectory("devicecreds-softhsm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(_folder, "tokens"));
        Configuration = Path.Combine(_folder, "softhsm2.conf");
        File.WriteAllText(Configuration, $"directories.tokendir = {_folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        // .NET keeps an environment of its own, which a native library does not see.
        Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", Configuration, 1));
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", Configuration);

        // SoftHSM finds its tokens when it starts, so all are made before.
        foreach (var label in Tokens)
            Tool.Run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", Pin, "--so-pin", "so-pin");
        Library = Path.Combine(_folder, "between.so");
        File.WriteAllText(Path.Combine(_folder, "between.c"), Between);
        Tool.Run("gcc", "-shared", "-fPIC", "-w", $"-DLIBRARY=\"{real}\"", "-o", Library, Path.Combine(_folder, "between.c"), "-ldl");
        _between = NativeLibrary.Load(Library);
#if NETSTANDARD_BUILD
        // The net8.0 build does this by itself; the other is for Windows, where it is not needed.
        NativeLibrary.SetDllImportResolver(typeof(CKR).Assembly,
            (name, _, _) => name == "libdl" ? NativeLibrary.Load("libdl.so.2") : IntPtr.Zero);
#endif
    }

    static readonly string[] Tokens = ["Made Here", "Made Elsewhere", "Parallel", "PINs", "Losses", "Hashes", "Errors", "Twins",
        "Twins", "Keyless"];

    /// <summary>The library that passes calls on.</summary>
    public string Library { get; }

    /// <summary>SoftHSM's own, for other programs.</summary>
    public string Real { get; }

    public string Configuration { get; }

    /// <summary>How the next calls are answered; -1 times is for ever, 0 ends it.</summary>
    public void Answer(int call, CKR answer, int times) => Call<AnswerCall>("answer")(call, (nuint)answer, times);

    /// <summary>1: the token offers CKM_ECDSA_SHA256 instead of CKM_ECDSA; 2: neither; 0: as it is.</summary>
    public void Hashes(int how) => Call<HashCall>("hash")(how);

    /// <summary>How often something was called.</summary>
    public int Called(int call) => Call<CalledCall>("called")(call);

    /// <summary>Runs OpenSC's tool on a token.</summary>
    public string Pkcs11Tool(string token, params string[] arguments) =>
        Tool.Run("pkcs11-tool", ["--module", Real, "--token-label", token, "--login", "--pin", Pin, .. arguments]);

    T Call<T>(string name) where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(_between, name));

    delegate void AnswerCall(int call, nuint answer, int times);

    delegate void HashCall(int how);

    delegate int CalledCall(int call);

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    static extern int SetEnvironment(string name, string value, int overwrite);
}
