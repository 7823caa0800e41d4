package io.tesserae.family;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the numbers of a model come from, by the keys of {@code config.json}: the twin of {@link io.tesserae.tensor.TensorSource}. A
 * value of another type than is asked for, or out of range, is refused with an exception that names the source, the key, what was
 * expected and what was found. Keys that nobody asks for do no harm.
 */
public interface ConfigSource {

    /** {@code model_type}: {@code distilbert}, {@code vit}, …; empty for a {@link #child} that does not say it. */
    String modelType();

    /** The classes in Python that the checkpoint was saved from; usually one, empty where the file does not say. */
    List<String> architectures();

    /** How many labels a classifier has. */
    int labelCount();

    /** Whether a key is there and its value not null. */
    boolean isSet(String key);

    /** Whether a key holds a string. */
    boolean isString(String key);

    /** Whether a key holds an object without members. */
    boolean isEmptyObject(String key);

    /**
     * An integer.
     *
     * @throws RuntimeException if the key is absent or its value is not an integer from {@code least} to {@code most}
     */
    int requireInt(String key, int least, int most);

    /**
     * An integer, or the default where the key is absent.
     *
     * @throws RuntimeException if the key is there and its value is not an integer from {@code least} to {@code most}
     */
    int optionalInt(String key, int absent, int least, int most);

    /**
     * Any number of integers: an array of them, or one number by itself; none where the value is null; or the default where the key is
     * absent.
     *
     * @throws RuntimeException if the key is there and its value is none of these, or one is not from {@code least} to {@code most}
     */
    List<Integer> optionalInts(String key, List<Integer> absent, int least, int most);

    /**
     * Names, an array of strings; or the default where the key is absent.
     *
     * @param most names in all
     * @throws RuntimeException if the key is there and its value is not that, or has more names
     */
    List<String> optionalNames(String key, List<String> absent, int most);

    /**
     * Names in patterns that repeat: {@code [[["global", "local"], 6]]} for twelve names. GPT-Neo's {@code attention_types}.
     *
     * @param absent the names where the key is absent
     * @param most names in all
     * @throws RuntimeException if the key is there and its value is not that, or has more names
     */
    List<String> optionalRepeatedNames(String key, List<String> absent, int most);

    /**
     * Two integers: an array of two, or one number that stands for both; or the default where the key is absent.
     *
     * @return height and width, say
     * @throws RuntimeException if the key is there and its value is neither, or out of range
     */
    int[] optionalPair(String key, int absent, int least, int most);

    /**
     * A number, or the default where the key is absent.
     *
     * @throws RuntimeException if the key is there and its value is not a number from {@code least} to {@code most}
     */
    double optionalDouble(String key, double absent, double least, double most);

    /**
     * A string.
     *
     * @throws RuntimeException if the key is absent or its value is not a string
     */
    String requireString(String key);

    /**
     * A string, or the default where the key is absent.
     *
     * @throws RuntimeException if the key is there and its value is not a string
     */
    String optionalString(String key, String absent);

    /**
     * True or false.
     *
     * @throws RuntimeException if the key is absent or its value is neither
     */
    boolean requireBoolean(String key);

    /**
     * True or false, or the default where the key is absent.
     *
     * @throws RuntimeException if the key is there and its value is neither
     */
    boolean optionalBoolean(String key, boolean absent);

    /**
     * The configuration of a model inside this one, an object under a key; empty where the key is absent or null.
     *
     * @throws RuntimeException if the key is there and its value is not an object
     */
    Optional<? extends ConfigSource> child(String key);

    /**
     * This configuration, read as a family does that has other names for some keys: transformers' {@code attribute_map}. Where
     * a file has a key under both names, the other name wins, wherever in the file they stand; that its value is null does
     * not change that.
     *
     * @param keyByOtherName the family's own key, by the other name that a file may have for it; one other name for a key
     * @throws RuntimeException if a key is null that stands under both names, as in the reference
     */
    ConfigSource withOtherNames(Map<String, String> keyByOtherName);

    /** An exception about the value of a key, for what only a family can check: what was expected is said, and what was found. */
    RuntimeException unexpected(String key, String expected);

    /** An exception about the value of a key whose cause says all that there is to say. */
    RuntimeException refused(String key, IllegalArgumentException cause);
}
