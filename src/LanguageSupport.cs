// Types that the compiler needs and netstandard2.0 lacks. Each assembly has its own, internal copy (Embedded).
// Written by hand: a generator orders such types differently in each process, so two builds would differ.

using Microsoft.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.CodeAnalysis
{
    [Embedded]
    sealed class EmbeddedAttribute : Attribute;
}

namespace System
{
    [Embedded]
    readonly struct Index(int value, bool fromEnd = false)
    {
        public int GetOffset(int length) => fromEnd ? length - value : value;

        public static implicit operator Index(int value) => new(value);
    }

    [Embedded]
    readonly struct Range(Index start, Index end)
    {
        public Index Start { get; } = start;
        public Index End { get; } = end;

        public static Range StartAt(Index start) => new(start, new(0, fromEnd: true));
        public static Range EndAt(Index end) => new(0, end);
        public static Range All => new(0, new(0, fromEnd: true));
    }
}

namespace System.Runtime.CompilerServices
{
    [Embedded]
    static class IsExternalInit;

    [Embedded]
    sealed class RequiredMemberAttribute : Attribute;

    [Embedded]
    sealed class InterpolatedStringHandlerAttribute : Attribute;

    [Embedded, AttributeUsage(AttributeTargets.Parameter)]
    sealed class InterpolatedStringHandlerArgumentAttribute(string argument) : Attribute
    {
        public string[] Arguments { get; } = [argument];
    }

    [Embedded, AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        public string FeatureName { get; } = featureName;
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    [Embedded]
    sealed class SetsRequiredMembersAttribute : Attribute;
}
