package io.tesserae.cli.hub;

import io.tesserae.cli.option.Converters;
import io.tesserae.loaders.hub.CacheRemoval;
import io.tesserae.loaders.hub.HubCache;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;
import picocli.CommandLine.ITypeConverter;

/**
 * A model in the cache as a whole, {@code NAME}, or one revision of it, {@code NAME@REVISION}.
 *
 * @param id the model; {@code main} for a revision where the whole of it is meant
 * @param isWhole whether no revision was given
 */
record CachedName(ModelId id, boolean isWhole) {

    /** @throws IllegalArgumentException if the hub could have no such model or revision */
    static CachedName parse(String text) {
        return new CachedName(ModelId.parse(text), text.indexOf('@') < 0);
    }

    CacheRemoval removalFrom(HubCache cache) throws IOException {
        return isWhole ? cache.removal(id.repository()) : cache.removal(id);
    }

    /** From the command line. */
    static final class Converter implements ITypeConverter<CachedName> {
        @Override
        public CachedName convert(String value) {
            return Converters.valid(() -> parse(value));
        }
    }
}
