package io.tesserae.fuzz;

import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** The files that seeds are made of: {@code testdata} of the repository. */
final class TestData {

    /** The folder: beside the module's, which is where tests run, or where {@code fuzz/run} says. */
    private static final Path ROOT = Path.of(System.getProperty("tesserae.testdata", "../testdata"));

    private static final String WEIGHTS = "model.safetensors";

    /** Most fixtures have them compressed. */
    private static final String PACKED_WEIGHTS = WEIGHTS + ".gz";

    /** Longer files make no good seeds: most mutations would hit what nobody looks at. */
    private static final int LONGEST = 8 << 10;

    private TestData() {}

    static byte[] bytes(String path) throws IOException {
        return Files.readAllBytes(ROOT.resolve(path));
    }

    /** The weights of a fixture, unpacked. */
    static byte[] weights(String checkpoint) throws IOException {
        Path folder = ROOT.resolve("fixtures").resolve(checkpoint);
        if (Files.exists(folder.resolve(WEIGHTS))) {
            return Files.readAllBytes(folder.resolve(WEIGHTS));
        }
        try (var packed = new GZIPInputStream(Files.newInputStream(folder.resolve(PACKED_WEIGHTS)))) {
            return packed.readAllBytes();
        }
    }

    /** All files of this name below {@code testdata}, by the name of their folder: below {@code fixtures}, with the folders above it. */
    static Map<String, byte[]> everywhere(String fileName) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (var paths = Files.walk(ROOT)) {
            for (Path path :
                    paths.filter(path -> path.endsWith(fileName)).sorted().toList()) {
                files.put(name(path.getParent()), Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** The name of the smallest checkpoint of every family, by {@code model_type}. */
    static Map<String, String> smallestOfFamilies() {
        Map<String, Path> smallest = new TreeMap<>();
        try (var folders = Files.walk(ROOT.resolve("fixtures"), 3)) {
            for (Path folder : folders.sorted().toList()) {
                boolean isPartOfAnother = Files.exists(folder.resolveSibling("config.json"));
                if (hasWeights(folder) && !isPartOfAnother) {
                    String modelType =
                            PretrainedConfig.read(ModelFiles.directory(folder)).modelType();
                    Path best = smallest.get(modelType);
                    if (best == null || size(folder) < size(best)) {
                        smallest.put(modelType, folder);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> names = new TreeMap<>();
        smallest.forEach((modelType, folder) -> names.put(modelType, name(folder)));
        return names;
    }

    /** {@code bert-base}, or {@code mpnet/base} where a family's fixtures lie in one folder. */
    private static String name(Path folder) {
        Path fixtures = ROOT.resolve("fixtures");
        return folder.startsWith(fixtures)
                ? fixtures.relativize(folder).toString().replace('\\', '/')
                : folder.getFileName().toString();
    }

    private static boolean hasWeights(Path folder) {
        return Files.exists(folder.resolve(WEIGHTS)) || Files.exists(folder.resolve(PACKED_WEIGHTS));
    }

    private static long size(Path checkpoint) throws IOException {
        Path plain = checkpoint.resolve(WEIGHTS);
        return Files.size(Files.exists(plain) ? plain : checkpoint.resolve(PACKED_WEIGHTS));
    }

    /** The pictures that are short enough, of the kinds that are asked for. */
    static Map<String, byte[]> pictures(Predicate<String> name) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String folder : List.of("images", "fixtures/images")) {
            try (var paths = Files.list(ROOT.resolve(folder))) {
                for (Path path : paths.sorted().toList()) {
                    if (name.test(path.getFileName().toString()) && Files.size(path) <= LONGEST) {
                        files.put(path.getFileName().toString(), Files.readAllBytes(path));
                    }
                }
            }
        }
        return files;
    }
}
