"""What code in an answer is worth: assembled, looked over, run from hundreds of states, measured only when right."""

from datasets_app.domains.asm65816.grading.fixes import fix_problem, grade_fix
from datasets_app.domains.asm65816.grading.grade import Grade, Mark, grade_code
from datasets_app.domains.asm65816.grading.tasks import TaskRefused, code_problem

GRADER_VERSION = "1"

__all__ = ["GRADER_VERSION", "Grade", "Mark", "TaskRefused", "code_problem", "fix_problem", "grade_code", "grade_fix"]
