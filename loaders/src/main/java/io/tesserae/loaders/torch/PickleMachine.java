package io.tesserae.loaders.torch;

import io.tesserae.loaders.files.ModelLoadingException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine that a pickle is a program for, as far as the pickle of a state dict needs it: dictionaries with texts as keys, tuples,
 * whole numbers, texts, and {@link Global}s. Every other instruction and name is refused, so nothing that a file says is ever run.
 *
 * <p>An instruction makes one object at most, of no more than a constant and its own bytes; and no value is ever walked through by
 * recursion, however deep a file nests them.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.11/Lib/pickletools.py">pickletools.py</a>
 */
final class PickleMachine {

    /** A dictionary, which grows after it was made. */
    static final class Dict {
        final Map<String, Object> entries = new LinkedHashMap<>();
    }

    /** Python's None, and the mark on the stack. */
    private enum Sign {
        NONE,
        MARK
    }

    private static final int NEWEST_PROTOCOL = 5;
    private static final int LONGEST_NAME = 200;

    private final ByteBuffer program;
    private final String where;
    private final StorageTensors tensors;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    /** @param where the file's name, for error messages */
    PickleMachine(MemorySegment program, String where, StorageTensors tensors) {
        this.program = program.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        this.where = where;
        this.tensors = tensors;
    }

    /** Runs the program; what it makes is a Dict, or refused. */
    Dict run() {
        while (true) {
            int at = program.position();
            int instruction = u8();
            if (instruction == '.') {
                return pop() instanceof Dict dict && stack.isEmpty() ? dict : noStateDict();
            }
            if (!isLiteral(instruction) && !isOfStack(instruction)) {
                throw error("expected an instruction that a state dict needs, found "
                        + (instruction > ' ' && instruction < 0x7F
                                ? "'" + (char) instruction + "'"
                                : String.format("0x%02x", instruction))
                        + " at byte " + at + "; what it makes might be anything, so it is not read");
            }
        }
    }

    private Dict noStateDict() {
        throw error("expected a state dict, tensors by their names, and nothing else");
    }

    /** Instructions that put a value on the stack which they hold themselves. */
    private boolean isLiteral(int instruction) {
        switch (instruction) {
            case 0x80 -> requireProtocol(u8());
            case 0x95 -> require(Long.BYTES).getLong(); // a frame's length, of no use to who has it all
            case '(' -> stack.add(Sign.MARK);
            case 'N' -> stack.add(Sign.NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case ')' -> stack.add(List.of());
            case '}' -> stack.add(new Dict());
            case 'J' -> stack.add((long) require(Integer.BYTES).getInt());
            case 'K' -> stack.add((long) u8());
            case 'M' ->
                stack.add((long) Short.toUnsignedInt(require(Short.BYTES).getShort()));
            case 0x8a -> stack.add(longNumber(u8()));
            case 'X' -> stack.add(text(require(Integer.BYTES).getInt()));
            case 0x8c -> stack.add(text(u8()));
            case 'c' -> stack.add(global(line(), line()));
            case 'h' -> stack.add(remembered(u8()));
            case 'j' -> stack.add(remembered(require(Integer.BYTES).getInt()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Instructions that work on what is on the stack. */
    private boolean isOfStack(int instruction) {
        switch (instruction) {
            case 'q' -> memo.put(u8(), top());
            case 'r' -> memo.put(require(Integer.BYTES).getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 't' -> stack.add(popToMark());
            case 0x85 -> stack.add(tuple(1));
            case 0x86 -> stack.add(tuple(2));
            case 0x87 -> stack.add(tuple(3));
            case 0x93 -> {
                Object name = pop();
                Object module = pop();
                stack.add(global(requireText(module), requireText(name)));
            }
            case 'Q' -> stack.add(tensors.storage(pop()));
            case 'R' -> {
                Object arguments = pop();
                stack.add(call(pop(), arguments));
            }
            case 's' -> {
                List<Object> pair = tuple(2);
                setItems(pair);
            }
            case 'u' -> setItems(popToMark());
            case 'b' -> build(pop());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void requireProtocol(int protocol) {
        if (protocol > NEWEST_PROTOCOL) {
            throw error("expected protocol " + NEWEST_PROTOCOL + " or less, found " + protocol);
        }
    }

    private Object call(Object callee, Object arguments) {
        if (!(callee instanceof Global global) || !(arguments instanceof List<?> list)) {
            throw error("expected a call of a name with a tuple, found another");
        }
        return switch (global) {
            case ORDERED_DICT -> {
                if (!list.isEmpty()) {
                    throw error(global + ": expected no argument, found " + list.size());
                }
                yield new Dict();
            }
            case REBUILD_TENSOR -> tensors.rebuild(list);
            case REBUILD_PARAMETER -> {
                if (list.size() != 3 || !(list.getFirst() instanceof StridedTensor tensor)) {
                    throw error(global + ": expected a tensor and two other arguments, found others");
                }
                yield tensor;
            }
            default -> throw error(global + ": expected it as the kind of a storage, found a call of it");
        };
    }

    private void setItems(List<Object> pairs) {
        if (pairs.size() % 2 != 0 || !(top() instanceof Dict dict)) {
            throw error("expected pairs of keys and values for a dictionary, found others");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            dict.entries.put(requireText(pairs.get(i)), pairs.get(i + 1));
        }
    }

    /** The attributes of a state dict, its modules' versions, say nothing of its tensors. */
    private void build(Object state) {
        if (!(state instanceof Dict) || !(top() instanceof Dict)) {
            throw error("expected attributes of a dictionary, found others");
        }
    }

    private Global global(String module, String name) {
        return Global.named(module, name)
                .orElseThrow(() -> error("expected a name that a state dict needs, found "
                        + Quoted.of(module + "." + name) + "; it is not looked up. Save the tensors alone:"
                        + " torch.save(model.state_dict(), file)"));
    }

    private Object remembered(int index) {
        Object value = memo.get(index);
        if (value == null) {
            throw error("expected something under number " + Integer.toUnsignedString(index) + ", found nothing");
        }
        return value;
    }

    private List<Object> tuple(int size) {
        if (stack.size() < size) {
            throw error("expected " + size + " values on the stack, found " + stack.size());
        }
        return take(stack.size() - size);
    }

    private List<Object> popToMark() {
        int mark = stack.lastIndexOf(Sign.MARK);
        if (mark < 0) {
            throw error("expected a mark on the stack, found none");
        }
        List<Object> values = take(mark + 1);
        stack.removeLast();
        return values;
    }

    private List<Object> take(int from) {
        List<Object> top = stack.subList(from, stack.size());
        List<Object> values = List.copyOf(top);
        top.clear();
        return values;
    }

    private Object top() {
        if (stack.isEmpty()) {
            throw error("expected a value on the stack, found none");
        }
        return stack.getLast();
    }

    private Object pop() {
        Object top = top();
        stack.removeLast();
        return top;
    }

    private String requireText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw error("expected a text for a name, found another value");
    }

    private int u8() {
        return Byte.toUnsignedInt(require(1).get());
    }

    private long longNumber(int bytes) {
        if (bytes > Long.BYTES) {
            throw error("expected whole numbers of " + Long.BYTES + " bytes at most, found one of " + bytes);
        }
        require(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long next = i == bytes - 1 ? program.get() : Byte.toUnsignedLong(program.get());
            value |= next << Byte.SIZE * i;
        }
        return value;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int character = u8(); character != '\n'; character = u8()) {
            if (line.length() == LONGEST_NAME) {
                throw error("expected a name of " + LONGEST_NAME + " characters at most, found a longer one");
            }
            line.append((char) character);
        }
        return line.toString();
    }

    private String text(int length) {
        require(length);
        ByteBuffer bytes = program.slice(program.position(), length);
        program.position(program.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw error("expected a text in UTF-8, found other bytes before byte " + program.position());
        }
    }

    private ByteBuffer require(int bytes) {
        if (bytes < 0 || bytes > program.remaining()) {
            throw error("expected " + Integer.toUnsignedString(bytes) + " bytes at byte " + program.position()
                    + ", found the end; it was cut off");
        }
        return program;
    }

    private ModelLoadingException error(String message) {
        return new ModelLoadingException(where + ": data.pkl: " + message);
    }
}
