package io.tesserae.cli.model;

import io.tesserae.cli.option.Converters;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --generation-config} and {@code --seed}. */
public final class GenerationConfigOption {

    /** As much as a file of settings may have, in bytes. */
    private static final int BYTE_LIMIT = 16 << 20;

    @Option(
            names = "--generation-config",
            paramLabel = "FILE|JSON",
            converter = Settings.class,
            description =
                    "How to generate, with the keys of generation_config.json: a file, or the object itself, as in"
                            + " '{\"num_beams\": 4, \"max_new_tokens\": 30}'. What it says goes before what the checkpoint"
                            + " says.")
    private GenerationConfig config = GenerationConfig.DEFAULTS;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = Seed.class,
            description =
                    "Which random numbers tokens are drawn with, where do_sample asks for it; the same seed gives the same"
                            + " answers on every machine. By default 0.")
    private long seed;

    /** What is asked for; nothing is set where the option is absent. */
    public GenerationConfig config() {
        return config;
    }

    public long seed() {
        return seed;
    }

    /** A whole number. */
    static final class Seed implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            try {
                return Long.valueOf(value);
            } catch (NumberFormatException e) {
                throw Converters.expected("a whole number of 64 bits", value);
            }
        }
    }

    /** An object of settings, or the file that it is in. */
    static final class Settings implements ITypeConverter<GenerationConfig> {
        @Override
        public GenerationConfig convert(String value) {
            boolean isObject = value.stripLeading().startsWith("{");
            try {
                return AutoGenerationConfig.parse(isObject ? value : text(value), isObject ? "the object" : value);
            } catch (ModelLoadingException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }

        private static String text(String file) {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                byte[] bytes = in.readNBytes(BYTE_LIMIT + 1);
                if (bytes.length > BYTE_LIMIT) {
                    throw new TypeConversionException(file + ": longer than the 16 MiB that are allowed");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IOException | InvalidPathException e) {
                throw new TypeConversionException(file + ": no file that can be read, and no object in braces");
            }
        }
    }
}
