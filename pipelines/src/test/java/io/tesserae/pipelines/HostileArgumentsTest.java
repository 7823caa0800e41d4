package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForMultipleChoice;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.WeightException;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Padding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Arguments that nobody should give: null, empty, ragged, negative. Whatever a public constructor or method of the classes that
 * take batches, texts and pictures throws for them says in words what was wrong.
 */
class HostileArgumentsTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");

    /** Whatever is thrown is one of these, with a message. */
    private static final Set<Class<?>> IN_WORDS = Set.of(
            IllegalArgumentException.class,
            IllegalStateException.class,
            IndexOutOfBoundsException.class,
            ModelLoadingException.class,
            WeightException.class,
            ImageException.class,
            CancellationException.class,
            UncheckedIOException.class,
            IOException.class);

    private static final Set<String> NOT_ASKED = Set.of("equals", "wait", "close");

    private static final Map<String, List<Object>> VALUES = values();

    private static Map<String, List<Object>> values() {
        Path text = FIXTURES.resolve("distilbert-base");
        Map<String, List<Object>> values = new HashMap<>();
        values.put("int", List.of(1, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
        values.put("long", List.of(1L, 0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
        values.put("float", List.of(1f, -1f, Float.NaN, Float.POSITIVE_INFINITY));
        values.put("double", List.of(0.5, -1.0, Double.NaN, 2.0));
        values.put("boolean", List.of(true, false));
        values.put("String", nulls("the [MASK] actors", "", "\uD800", "\0"));
        values.put("Path", nulls(text, Path.of("no-such-file"), Path.of(".")));
        values.put("int[]", nulls(new int[] {2, 3}, new int[0], new int[] {-1}, new int[] {Integer.MAX_VALUE, 1, 2}));
        values.put(
                "int[][]",
                nulls(
                        new int[][] {{2, 3}, {4}},
                        new int[0][],
                        new int[][] {{}},
                        new int[][] {null},
                        new int[][] {{1, 1, 1}, {}},
                        new int[][] {{-1}, {Integer.MAX_VALUE}},
                        new int[][] {{0}, {1}, {1}}));
        values.put("long[]", nulls(new long[] {1, 2}, new long[0], new long[] {-1}));
        values.put("float[]", nulls(new float[] {1, 2}, new float[0], new float[] {Float.NaN}));
        values.put("byte[]", nulls(new byte[] {1, 2}, new byte[0]));
        values.put("List<String>", lists("the [MASK] actors", ""));
        values.put("List<TextInput>", lists(TextInput.of("the actors")));
        values.put("List<QuestionInput>", lists(new QuestionInput("who?", "the actors")));
        values.put("List<ZeroShotInput>", lists(new ZeroShotInput("the actors", List.of("film"))));
        values.put("List<ImageInput>", lists(ImageInput.of(ImageFiles.read(picture()))));
        values.put("List<Tensor>", lists(Tensor.zeros(3, 32, 32), Tensor.zeros(0), Tensor.zeros(1, 0, 5)));
        values.put("List<int[]>", lists(new int[] {2, 3}, new int[] {-1}));
        values.put("List<float[]>", lists(new float[] {1, 2}, new float[] {1}, new float[0]));
        values.put(
                "Tensor",
                nulls(Tensor.zeros(2, 3), Tensor.zeros(0), Tensor.zeros(1, 3, 32, 32), Tensor.zeros(0, 3, 2, 2)));
        values.put(
                "TokenBatch",
                nulls(
                        TokenBatch.of(new int[] {2, 3}),
                        TokenBatch.of(new int[] {Integer.MAX_VALUE}),
                        TokenBatch.of(new int[] {-1}, new int[0])));
        values.put(
                "ImageBatch",
                nulls(ImageBatch.of(Tensor.zeros(1, 3, 32, 32)), ImageBatch.of(Tensor.zeros(1, 1, 1, 1))));
        values.put("OutputOptions", nulls(OutputOptions.RESULT_ONLY, new OutputOptions(true, true)));
        values.put("ModelFiles", nulls(ModelFiles.directory(text), ModelFiles.directory(Path.of(".."))));
        values.put("Engine", nulls(Engine.shared()));
        values.put("EncodingOptions", nulls(EncodingOptions.DEFAULT));
        values.put("TextInput", nulls(TextInput.of("the actors"), TextInput.of("")));
        values.put("QuestionInput", nulls(new QuestionInput("who?", "the actors")));
        values.put("ZeroShotInput", nulls(new ZeroShotInput("the actors", List.of("film"))));
        values.put("ImageInput", nulls(ImageInput.of(ImageFiles.read(picture()))));
        values.put("RgbImage", nulls(ImageFiles.read(picture())));
        values.put("Optional<String>", nulls(Optional.of("x"), Optional.empty()));
        values.put("Optional<ScoreFunction>", nulls(Optional.of(ScoreFunction.SIGMOID), Optional.empty()));
        values.put("Set<String>", nulls(Set.of("O"), Set.of()));
        values.put("Collection<String>", lists("O"));
        values.put("List<AddedToken>", lists(AddedToken.special("[X]")));
        values.put("Padding", nulls(Padding.toLength(5)));
        values.put("List<RgbImage>", lists(ImageFiles.read(picture())));
        values.put("OptionalInt", nulls(OptionalInt.of(1), OptionalInt.empty()));
        values.put("BertTokenizer", nulls(AutoTokenizer.fromPretrained(text)));
        values.put("List<Encoding>", lists(AutoTokenizer.fromPretrained(text).encode("the actors")));
        return values;
    }

    private static Path picture() {
        return FIXTURES.resolve("images").resolve("shapes.png");
    }

    /** Good values first, null last. */
    private static List<Object> nulls(Object... values) {
        List<Object> list = new ArrayList<>(Arrays.asList(values));
        list.add(null);
        return list;
    }

    private static List<Object> lists(Object... values) {
        return nulls(List.of(values[0]), List.of(), Arrays.asList(values), Arrays.asList(values[0], null));
    }

    /** What has public methods of its own to be asked. */
    private static List<Object> instances() {
        Engine engine = Engine.shared();
        Path text = FIXTURES.resolve("distilbert-base");
        Encoding encoding = AutoTokenizer.fromPretrained(text).encode("the actors");
        List<Object> instances = new ArrayList<>(List.of(
                Tensor.zeros(2, 3),
                TokenBatch.of(new int[] {2, 3}),
                ImageBatch.of(Tensor.zeros(1, 3, 32, 32)),
                AutoTokenizer.fromPretrained(text),
                encoding,
                EncodingOptions.DEFAULT,
                AutoImageProcessor.fromPretrained(FIXTURES.resolve("vit-classify")),
                AutoModel.fromPretrained(ModelFiles.directory(text), engine),
                AutoModelForSequenceClassification.fromPretrained(FIXTURES.resolve("distilbert-sst2")),
                AutoModelForTokenClassification.fromPretrained(FIXTURES.resolve("bert-ner")),
                AutoModelForQuestionAnswering.fromPretrained(FIXTURES.resolve("distilbert-squad")),
                AutoModelForMaskedLM.fromPretrained(FIXTURES.resolve("bert-mlm")),
                AutoModelForMultipleChoice.fromPretrained(FIXTURES.resolve("head-bert-choice")),
                AutoVisionModel.fromPretrained(FIXTURES.resolve("vit-base")),
                AutoModelForImageClassification.fromPretrained(FIXTURES.resolve("vit-classify")),
                SemanticIndex.of(List.of(new float[] {1, 2}), SimilarityFunction.COSINE)));
        instances.addAll(List.of(
                Pipelines.featureExtraction(text),
                Pipelines.fillMask(FIXTURES.resolve("bert-mlm")),
                Pipelines.imageAttention(FIXTURES.resolve("vit-base")),
                Pipelines.imageClassification(FIXTURES.resolve("vit-classify")),
                Pipelines.imageFeatureExtraction(FIXTURES.resolve("vit-base")),
                Pipelines.questionAnswering(FIXTURES.resolve("distilbert-squad")),
                Pipelines.sentenceEmbedding(FIXTURES.resolve("sentence-embedding")),
                Pipelines.textAttention(text),
                Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2")),
                Pipelines.textRanking(FIXTURES.resolve("distilbert-regression")),
                Pipelines.tokenClassification(FIXTURES.resolve("bert-ner")),
                Pipelines.zeroShotClassification(FIXTURES.resolve("distilbert-mnli"))));
        instances.addAll(List.of(
                FeatureExtractionOptions.DEFAULT,
                FillMaskOptions.DEFAULT,
                ImageClassificationOptions.DEFAULT,
                QuestionAnsweringOptions.DEFAULT,
                SentenceEmbeddingOptions.DEFAULT,
                TextClassificationOptions.DEFAULT,
                TextRankingOptions.DEFAULT,
                TokenClassificationOptions.DEFAULT,
                ZeroShotClassificationOptions.DEFAULT));
        return instances;
    }

    /** Static methods and constructors of these are asked too, beside those of the instances' classes. */
    private static final List<Class<?>> TYPES = List.of(
            Pipelines.class,
            AutoTokenizer.class,
            AutoImageProcessor.class,
            ImageFiles.class,
            ModelFiles.class,
            TextInput.class,
            QuestionInput.class,
            ZeroShotInput.class,
            ImageInput.class);

    @Test
    void whateverIsThrownIsSaidInWords() {
        Set<String> wordless = new TreeSet<>();
        Set<Class<?>> types = new LinkedHashSet<>(TYPES);
        int asked = 0;
        for (Object instance : instances()) {
            types.add(instance.getClass());
            for (Method method : instance.getClass().getMethods()) {
                if (!Modifier.isStatic(method.getModifiers())
                        && method.getDeclaringClass() == instance.getClass()
                        && !NOT_ASKED.contains(method.getName())) {
                    asked += ask(method, instance, wordless);
                }
            }
        }
        for (Class<?> type : types) {
            for (Constructor<?> constructor : type.getConstructors()) {
                asked += ask(constructor, null, wordless);
            }
            for (Method method : type.getMethods()) {
                if (Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() == type) {
                    asked += ask(method, null, wordless);
                }
            }
        }
        assertTrue(asked > 1000, "only " + asked + " calls were made");
        assertEquals("", String.join("\n", wordless));
    }

    /** Calls with good arguments but for one; returns how many calls were made. */
    private static int ask(Executable executable, Object target, Set<String> wordless) {
        Parameter[] parameters = executable.getParameters();
        List<List<Object>> values = new ArrayList<>();
        for (Type type : executable.getGenericParameterTypes()) {
            values.add(valuesOf(type));
        }
        int calls = 0;
        for (int bad = 0; bad < parameters.length; bad++) {
            for (int i = 0; i < values.get(bad).size(); i++) {
                Object[] arguments = values.stream().map(List::getFirst).toArray();
                arguments[bad] = values.get(bad).get(i);
                try {
                    call(executable, target, arguments);
                } catch (Throwable thrown) {
                    if (!IN_WORDS.contains(thrown.getClass())
                            || thrown.getMessage() == null
                            || thrown.getMessage().isBlank()) {
                        wordless.add(executable.getDeclaringClass().getSimpleName() + "." + executable.getName() + "("
                                + Stream.of(executable.getParameterTypes())
                                        .map(Class::getSimpleName)
                                        .toList()
                                + ") with argument " + bad + " " + describe(arguments[bad]) + ": " + thrown);
                    }
                }
                calls++;
            }
        }
        return calls;
    }

    private static void call(Executable executable, Object target, Object[] arguments) throws Throwable {
        try {
            Object answer = executable instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : ((Method) executable).invoke(target, arguments);
            if (answer instanceof Stream<?> stream) {
                stream.limit(10).forEach(_ -> {});
            } else if (executable instanceof Method method
                    && Modifier.isStatic(method.getModifiers())
                    && answer instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static List<Object> valuesOf(Type type) {
        String name = type.getTypeName().replaceAll("[a-z0-9]+\\.", "").replaceAll("\\? extends ", "");
        if (name.startsWith("Stream<")) {
            return Collections.singletonList(null); // what is in a stream is read by what reads lists
        }
        List<Object> known = VALUES.get(name);
        if (known != null) {
            return known;
        }
        if (type instanceof Class<?> raw && raw.isEnum()) {
            return nulls(raw.getEnumConstants()[0]);
        }
        try {
            if (type instanceof Class<?> raw && name.endsWith("Options")) {
                return nulls(raw.getField("DEFAULT").get(null));
            }
        } catch (ReflectiveOperationException e) {
            // no default: null alone
        }
        return Collections.singletonList(null);
    }

    private static String describe(Object argument) {
        return switch (argument) {
            case int[] array -> Arrays.toString(array);
            case int[][] array -> Arrays.deepToString(array);
            case float[] array -> Arrays.toString(array);
            case null -> "null";
            default -> {
                String text = argument.toString();
                yield text.substring(0, Math.min(60, text.length())).replace("\n", " ");
            }
        };
    }
}
